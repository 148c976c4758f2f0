// An id_token of the hub is what the API server of Kubernetes takes for a user: at the first login and after a refresh.
import assert from 'node:assert/strict';
import { client, confidential, logIn } from '../lib/openid-client.mjs';
import { authenticate, clientId } from './api-server.mjs';

const config = await confidential(clientId);
const first = await logIn(config, 'openid profile email groups offline_access');
const expected = { username: 'alice@example.com', groups: ['org-admin', 'reader'] };
assert.deepEqual(await authenticate(first.id_token), expected);
assert.deepEqual(await authenticate(first.id_token, { required: { email: 'alice@example.com' } }), expected);

const second = await client.refreshTokenGrant(config, first.refresh_token);
assert.notEqual(second.id_token, first.id_token);
assert.deepEqual(await authenticate(second.id_token), expected);

// sub is the claim that the API server takes where it is told nothing.
assert.match((await authenticate(first.id_token, { username: 'sub' })).username, /#[0-9a-f-]{36}$/);

// An access token and a token of another client are none of these.
await assert.rejects(authenticate(first.access_token));
await assert.rejects(authenticate(first.id_token, { audience: 'another-cluster' }));
await assert.rejects(authenticate((await logIn(await confidential('web'), 'openid email')).id_token));
