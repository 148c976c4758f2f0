// Refresh with rotation: a new token each time, and the reuse of an old one ends the family.
import assert from 'node:assert/strict';
import { confidential, isRefusal, publicClient } from '../lib/oauth4webapi.mjs';

const web = confidential('web');
const first = await web.logIn('openid offline_access');
const second = await web.refresh(first.refresh_token);
assert.notEqual(second.refresh_token, first.refresh_token);

// Within the grace the answer that was lost comes again; this one has no grace.
assert.equal((await web.refresh(first.refresh_token)).refresh_token, second.refresh_token);
const native = publicClient('native', { id_token_signed_response_alg: 'ES256' });
const stolen = (await native.logIn('openid')).refresh_token;
const next = (await native.refresh(stolen)).refresh_token;
await assert.rejects(native.refresh(stolen), isRefusal('invalid_grant'));
await assert.rejects(native.refresh(next), isRefusal('invalid_grant'));
