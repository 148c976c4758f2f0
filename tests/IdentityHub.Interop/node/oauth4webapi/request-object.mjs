// RFC 9101: a signed request object by value, sent through the browser and pushed: node request-object.mjs ES256|PS256|RS256
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { signingKey } from '../lib/context.mjs';
import { oauth, server, signed } from '../lib/oauth4webapi.mjs';

const [alg] = process.argv.slice(2);
const application = await signed(alg);
const request = await application.newRequest('openid profile');
const parameters = async () => new URLSearchParams({
  client_id: 'signed',
  request: await oauth.issueRequestObject(server, application.client, request.parameters, await signingKey(alg)),
});

const arrival = await new Browser().authorize(application.urlOf(await parameters()));
assert.equal((await application.redeem(request, arrival.url)).scope, 'openid profile');

const reference = new URLSearchParams({ client_id: 'signed', request_uri: await application.push(await parameters()) });
const arrivalOfPushed = await new Browser().authorize(application.urlOf(reference));
assert.equal((await application.redeem(request, arrivalOfPushed.url)).scope, 'openid profile');
