// A public client, whose id_tokens are signed with ES256; a code without its verifier is worth nothing (RFC 9700 §4.8.2).
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { isRefusal, oauth, publicClient } from '../lib/oauth4webapi.mjs';

const native = publicClient('native', { id_token_signed_response_alg: 'ES256' });
assert.ok((await native.logIn('openid profile')).refresh_token);

const request = await native.newRequest('openid profile');
const arrival = await new Browser().authorize(native.urlOf(request.parameters));
await assert.rejects(native.redeem({ ...request, verifier: oauth.generateRandomCodeVerifier() }, arrival.url), isRefusal('invalid_grant'));
