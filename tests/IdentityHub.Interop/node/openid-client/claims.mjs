// Where kubectl, Argo CD, Grafana and Auth.js look for them: name, email and groups in the id_token, and at userinfo.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { context } from '../lib/context.mjs';
import { client, confidential, newChecks, parametersOf } from '../lib/openid-client.mjs';

const config = await confidential('dashboard');
assert.ok(config.serverMetadata().claims_supported.includes('groups'));

const checks = await newChecks();
const arrival = await new Browser().authorize(
  client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid profile email groups')),
);
const tokens = await client.authorizationCodeGrant(config, arrival.request, checks);
const claims = tokens.claims();
const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
for (const place of [claims, user]) {
  assert.equal(place.sub, context.user.sub);
  assert.equal(place.name, 'Alice Archer');
  assert.equal(place.email, 'alice@example.com');
  assert.equal(place.email_verified, true);
  assert.deepEqual(place.groups, ['org-admin', 'reader']);
}
