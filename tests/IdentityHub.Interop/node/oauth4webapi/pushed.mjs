// RFC 9126: a client that must push its requests does; what is wrong with one is said at once.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { confidential, isRefusal } from '../lib/oauth4webapi.mjs';

const pushing = confidential('pushing');
const request = await pushing.newRequest('openid profile');
const reference = new URLSearchParams({ client_id: 'pushing', request_uri: await pushing.push(request.parameters) });
const arrival = await new Browser().authorize(pushing.urlOf(reference));
assert.equal((await pushing.redeem(request, arrival.url)).claims.aud, 'pushing');

request.parameters.set('response_type', 'token');
await assert.rejects(pushing.push(request.parameters), isRefusal('unsupported_response_type'));
