// RP-initiated logout; the application and another one of the same session are told by a logout_token, which jose checks.
import assert from 'node:assert/strict';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Browser } from '../lib/browser.mjs';
import { context } from '../lib/context.mjs';
import { client, confidential, logIn } from '../lib/openid-client.mjs';
import { receive } from '../lib/receiver.mjs';

const receiver = await receive(context.ports.logout);
const [leaving, told] = [await confidential('leaving'), await confidential('told')];
const keys = createRemoteJWKSet(new URL(leaving.serverMetadata().jwks_uri));

const browser = new Browser();
const tokens = await logIn(leaving, 'openid offline_access', browser);
const others = await logIn(told, 'openid', browser);
assert.equal(others.claims().sid, tokens.claims().sid);

const state = client.randomState();
const arrival = await browser.open(client.buildEndSessionUrl(leaving, {
  id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://127.0.0.1/goodbye', state,
}));
assert.equal(arrival.url.href, `http://127.0.0.1/goodbye?state=${state}`);

// The refresh token was asked for as offline_access, which goes on after a logout. OpenID Connect Back-Channel Logout §2.7.
const refreshed = await client.refreshTokenGrant(leaving, tokens.refresh_token);
assert.notEqual(refreshed.access_token, tokens.access_token);

const seen = new Set();
for (const clientId of ['leaving', 'told']) {
  const { body, headers } = await receiver.next(`/backchannel/${clientId}`);
  assert.match(headers['content-type'], /^application\/x-www-form-urlencoded/);
  assert.deepEqual([...new URLSearchParams(body).keys()], ['logout_token']);
  const { payload } = await jwtVerify(new URLSearchParams(body).get('logout_token'), keys, {
    issuer: context.issuer, audience: clientId, typ: 'logout+jwt', requiredClaims: ['iat', 'exp', 'jti', 'events', 'sid'],
  });
  assert.equal(payload.sub, context.user.sub);
  assert.equal(payload.sid, tokens.claims().sid);
  assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  assert.equal(payload.nonce, undefined);
  seen.add(payload.jti);
}

assert.equal(seen.size, 2);
