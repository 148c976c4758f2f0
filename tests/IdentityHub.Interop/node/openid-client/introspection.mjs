// RFC 7662: an API asks what a token is worth, be it a JWT or opaque, and sees the scopes that are its own; a client that is not meant by it learns nothing.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { client, confidential, logIn } from '../lib/openid-client.mjs';

const api = await confidential('orders');
const other = await confidential('other');
for (const clientId of ['web', 'opaque']) {
  const tokens = await logIn(await confidential(clientId), 'openid orders.read');
  const seen = await client.tokenIntrospection(api, tokens.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.iss, context.issuer);
  assert.equal(seen.sub, context.user.sub);
  assert.equal(seen.client_id, clientId);
  assert.equal(seen.aud, 'orders');
  assert.equal(seen.scope, 'orders.read');
  assert.deepEqual(await client.tokenIntrospection(other, tokens.access_token), { active: false });
}
