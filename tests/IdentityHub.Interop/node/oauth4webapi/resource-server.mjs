// RFC 9068: the library as an API takes the access tokens that are meant for it, and no other token of this server.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { confidential, insecure, oauth, server } from '../lib/oauth4webapi.mjs';

const requestWith = (token) => new Request('http://localhost/orders', { headers: { authorization: `Bearer ${token}` } });
const check = (token, audience = 'orders') => oauth.validateJwtAccessToken(server, requestWith(token), audience, insecure);

const machine = await confidential('machine').clientCredentials('orders.read');
const own = await check(machine.access_token);
assert.equal(own.sub, 'machine');
assert.equal(own.client_id, 'machine');
assert.equal(own.scope, 'orders.read');

const tokens = await confidential('web').logIn('openid orders.read');
assert.equal((await check(tokens.access_token)).sub, context.user.sub);

await assert.rejects(check(tokens.access_token, 'stock'));
await assert.rejects(check(tokens.id_token));
await assert.rejects(check((await confidential('web').logIn('openid')).access_token));
await assert.rejects(check(`${machine.access_token.slice(0, -8)}AAAAAAAA`));
