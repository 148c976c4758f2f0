// The whole code flow: PKCE, nonce, state, iss, max_age; then userinfo.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { context, redirectUri } from '../lib/context.mjs';
import { client, confidential, newChecks, parametersOf } from '../lib/openid-client.mjs';

const config = await confidential('web');

const checks = await newChecks();
const arrival = await new Browser().authorize(client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid profile email phone')));
assert.equal(arrival.url.origin + arrival.url.pathname, redirectUri);
assert.equal(arrival.url.searchParams.get('iss'), context.issuer);

const tokens = await client.authorizationCodeGrant(config, arrival.request, { ...checks, maxAge: 300 });
const claims = tokens.claims();
assert.equal(claims.sub, context.user.sub);
assert.equal(claims.aud, 'web');
assert.deepEqual(claims.amr, ['pwd']);
assert.ok(claims.sid && claims.at_hash && claims.acr);
assert.equal(claims.email, undefined);
assert.equal(tokens.scope, 'openid profile email phone');
assert.equal(tokens.refresh_token, undefined);

const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
assert.equal(user.given_name, 'Alice');
assert.equal(user.email, 'alice@example.com');
assert.equal(user.phone_number, '+27761234567');
