// RFC 7009: a refresh token takes its access tokens along; an unknown token is no error.
import assert from 'node:assert/strict';
import { confidential, isRefusal } from '../lib/oauth4webapi.mjs';

const opaque = confidential('opaque');
const tokens = await opaque.logIn('openid offline_access orders.read');
assert.equal((await confidential('orders').introspect(tokens.access_token)).active, true);
await opaque.revoke(tokens.refresh_token);
assert.equal((await confidential('orders').introspect(tokens.access_token)).active, false);
await assert.rejects(opaque.refresh(tokens.refresh_token), isRefusal('invalid_grant'));
await opaque.revoke('nonsense');
