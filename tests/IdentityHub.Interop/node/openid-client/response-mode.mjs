// The answer in the query, in the fragment, or in a form that posts itself: node response-mode.mjs query|fragment|form_post
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, confidential, newChecks, parametersOf } from '../lib/openid-client.mjs';

const [mode] = process.argv.slice(2);
const config = await confidential('web');
const checks = await newChecks();
const arrival = await new Browser().authorize(
  client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid', { response_mode: mode })));
assert.equal(arrival.form !== undefined, mode === 'form_post');
assert.equal(arrival.url.hash !== '', mode === 'fragment');
assert.equal(arrival.url.search !== '', mode === 'query');

// A script at the redirect URI hands what only it can see to the library as a query: for code flows the library reads no fragment.
const request = mode === 'fragment' ? new URL(arrival.url.href.replace('#', '?')) : arrival.request;
const tokens = await client.authorizationCodeGrant(config, request, checks);
assert.ok(tokens.claims().sub);
