// What the discovery document must say for the library to use what the server can do.
import assert from 'node:assert/strict';
import { client, publicClient } from '../lib/openid-client.mjs';
import { context } from '../lib/context.mjs';

const server = (await publicClient('native')).serverMetadata();
assert.equal(server.issuer, context.issuer);
assert.ok(server.supportsPKCE('S256'));
assert.ok(!server.supportsPKCE('plain'));
assert.equal(server.authorization_response_iss_parameter_supported, true);
assert.deepEqual(server.response_types_supported, ['code']);
assert.deepEqual([...server.response_modes_supported].sort(), ['form_post', 'fragment', 'query']);
assert.ok(server.id_token_signing_alg_values_supported.includes('RS256'));
assert.equal(server.request_parameter_supported, true);
assert.equal(server.request_uri_parameter_supported, false);
assert.equal(server.claims_parameter_supported, true);
for (const alg of ['ES256', 'PS256', 'RS256']) {
  assert.ok(server.request_object_signing_alg_values_supported.includes(alg), alg);
  assert.ok(server.token_endpoint_auth_signing_alg_values_supported.includes(alg), alg);
}

// RFC 8414: the same server at the other address.
const oauth = await client.discovery(new URL(context.issuer), 'native', undefined, client.None(), { algorithm: 'oauth2', execute: [client.allowInsecureRequests] });
assert.equal(oauth.serverMetadata().token_endpoint, server.token_endpoint);
