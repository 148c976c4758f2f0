// RFC 9126: a client that must push its requests does, and is refused when it does not.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, confidential, newChecks, parametersOf } from '../lib/openid-client.mjs';

const config = await confidential('pushing');
const checks = await newChecks();
const parameters = await parametersOf(checks, 'openid profile');
const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);

// A look before the login uses nothing up.
const browser = new Browser();
await browser.open(url);
const arrival = await browser.authorize(url);
const tokens = await client.authorizationCodeGrant(config, arrival.request, checks);
assert.equal(tokens.claims().aud, 'pushing');

const again = await browser.open(url);
assert.match(again.html, /invalid_request_uri/);

const refused = await browser.authorize(client.buildAuthorizationUrl(config, parameters));
await assert.rejects(
  client.authorizationCodeGrant(config, refused.request, checks),
  (error) => error instanceof client.AuthorizationResponseError && error.error === 'invalid_request');

await assert.rejects(
  client.buildAuthorizationUrlWithPAR(config, { ...parameters, redirect_uri: 'http://127.0.0.1/elsewhere' }),
  (error) => error instanceof client.ResponseBodyError && error.status === 400);
