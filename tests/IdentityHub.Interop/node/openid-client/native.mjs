// A public client on a loopback port of its own choice (RFC 8252 §7.3), whose id_tokens are signed with ES256.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, newChecks, parametersOf, publicClient } from '../lib/openid-client.mjs';

const config = await publicClient('native', { id_token_signed_response_alg: 'ES256' });
const checks = await newChecks();
const parameters = await parametersOf(checks, 'openid profile', { redirect_uri: 'http://127.0.0.1:49152/callback' });
const arrival = await new Browser().authorize(client.buildAuthorizationUrl(config, parameters));
assert.equal(arrival.url.port, '49152');

const tokens = await client.authorizationCodeGrant(config, arrival.request, checks);
assert.equal(tokens.claims().aud, 'native');
assert.ok(tokens.refresh_token);

// RFC 9700 §4.8.2: the same code without its verifier is worth nothing.
const again = await new Browser().authorize(client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid profile')));
await assert.rejects(
  client.authorizationCodeGrant(config, again.request, { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }),
  (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_grant');
