// Client authentication by private_key_jwt at every endpoint that authenticates clients: node private-key.mjs ES256|PS256|RS256
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, newChecks, parametersOf, signed } from '../lib/openid-client.mjs';

const [alg] = process.argv.slice(2);
const config = await signed(alg);

const machine = await client.clientCredentialsGrant(config, { scope: 'orders.read' });
assert.equal(machine.scope, 'orders.read');

const checks = await newChecks();
const arrival = await new Browser().authorize(await client.buildAuthorizationUrlWithPAR(config, await parametersOf(checks, 'openid offline_access')));
const tokens = await client.authorizationCodeGrant(config, arrival.request, checks);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, true);
await client.tokenRevocation(config, refreshed.refresh_token);
assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, false);
