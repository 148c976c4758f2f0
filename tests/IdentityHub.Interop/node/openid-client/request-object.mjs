// RFC 9101: a signed request object by value, sent through the browser and pushed: node request-object.mjs ES256|PS256|RS256
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { signingKey } from '../lib/context.mjs';
import { client, newChecks, parametersOf, signed } from '../lib/openid-client.mjs';

const [alg] = process.argv.slice(2);
const config = await signed(alg);
const checks = await newChecks();
const url = await client.buildAuthorizationUrlWithJAR(config, await parametersOf(checks, 'openid profile'), await signingKey(alg));
assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request']);

const browser = new Browser();
const arrival = await browser.authorize(url);
assert.equal((await client.authorizationCodeGrant(config, arrival.request, checks)).scope, 'openid profile');

const pushed = await client.buildAuthorizationUrlWithPAR(config, url.searchParams);
const arrivalOfPushed = await browser.authorize(pushed);
assert.equal((await client.authorizationCodeGrant(config, arrivalOfPushed.request, checks)).scope, 'openid profile');

// Not one bit of it may change.
url.searchParams.set('request', `${url.searchParams.get('request').slice(0, -8)}AAAAAAAA`);
assert.match((await browser.open(url)).html, /invalid_request_object/);
