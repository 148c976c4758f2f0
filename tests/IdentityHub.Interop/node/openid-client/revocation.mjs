// RFC 7009: a refresh token takes its access tokens along; an access token goes alone.
import assert from 'node:assert/strict';
import { client, confidential, logIn } from '../lib/openid-client.mjs';

const config = await confidential('opaque');
const api = await confidential('orders');
const tokens = await logIn(config, 'openid offline_access orders.read');
await client.tokenRevocation(config, tokens.access_token, { token_type_hint: 'access_token' });
assert.equal((await client.tokenIntrospection(api, tokens.access_token)).active, false);

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal((await client.tokenIntrospection(api, refreshed.access_token)).active, true);
await client.tokenRevocation(config, refreshed.refresh_token);
assert.equal((await client.tokenIntrospection(api, refreshed.access_token)).active, false);
await assert.rejects(
  client.refreshTokenGrant(config, refreshed.refresh_token),
  (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_grant');
