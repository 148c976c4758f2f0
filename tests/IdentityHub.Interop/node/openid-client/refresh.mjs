// Refresh with rotation: a new token each time, the login's claims stay, and the reuse of an old one ends the family.
import assert from 'node:assert/strict';
import { client, confidential, logIn, publicClient } from '../lib/openid-client.mjs';

const web = await confidential('web');
const first = await logIn(web, 'openid profile offline_access orders.read');
const second = await client.refreshTokenGrant(web, first.refresh_token);
assert.notEqual(second.refresh_token, first.refresh_token);
assert.notEqual(second.access_token, first.access_token);
assert.equal(second.claims().sub, first.claims().sub);
assert.equal(second.claims().auth_time, first.claims().auth_time);

// Within the grace the answer that was lost comes again.
assert.equal((await client.refreshTokenGrant(web, first.refresh_token)).refresh_token, second.refresh_token);

// Fewer scopes for the access token, as many as before for the next one. RFC 6749 §6.
const narrow = await client.refreshTokenGrant(web, second.refresh_token, { scope: 'orders.read' });
assert.equal(narrow.scope, 'orders.read');
assert.equal((await client.refreshTokenGrant(web, narrow.refresh_token)).scope, 'openid profile offline_access orders.read');

// This one has no grace.
const native = await publicClient('native', { id_token_signed_response_alg: 'ES256' });
const stolen = (await logIn(native, 'openid')).refresh_token;
const next = (await client.refreshTokenGrant(native, stolen)).refresh_token;
for (const dead of [stolen, next]) {
  await assert.rejects(client.refreshTokenGrant(native, dead), (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_grant');
}
