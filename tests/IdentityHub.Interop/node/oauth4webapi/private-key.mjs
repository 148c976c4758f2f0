// Client authentication by private_key_jwt at every endpoint that authenticates clients: node private-key.mjs ES256|PS256|RS256
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { signed } from '../lib/oauth4webapi.mjs';

const [alg] = process.argv.slice(2);
const application = await signed(alg);
assert.equal((await application.clientCredentials('orders.read')).scope, 'orders.read');

const request = await application.newRequest('openid offline_access');
const reference = new URLSearchParams({ client_id: 'signed', request_uri: await application.push(request.parameters) });
const tokens = await application.redeem(request, (await new Browser().authorize(application.urlOf(reference))).url);
const refreshed = await application.refresh(tokens.refresh_token);
assert.equal((await application.introspect(refreshed.access_token)).active, true);
await application.revoke(refreshed.refresh_token);
assert.equal((await application.introspect(refreshed.access_token)).active, false);
