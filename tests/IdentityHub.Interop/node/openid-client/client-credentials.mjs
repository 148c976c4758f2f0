// A back end gets a token for itself; the secret in the header or in the body.
import assert from 'node:assert/strict';
import { context, secretOf } from '../lib/context.mjs';
import { client, confidential } from '../lib/openid-client.mjs';

const basic = await confidential('machine');
const post = await client.discovery(new URL(context.issuer), 'machine', undefined, client.ClientSecretPost(secretOf('machine')), {
  execute: [client.allowInsecureRequests],
});
for (const config of [basic, post]) {
  const tokens = await client.clientCredentialsGrant(config, { scope: 'orders.write' });
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.scope, 'orders.write');
  assert.ok(tokens.expires_in > 0);
  assert.equal(tokens.refresh_token, undefined);
}

await assert.rejects(
  client.clientCredentialsGrant(basic, { scope: 'openid' }),
  (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_scope');
