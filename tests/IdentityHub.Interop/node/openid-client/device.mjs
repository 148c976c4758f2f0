// RFC 8628: a device shows a code and asks until its user has let it in; it waits as long as the server says.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { decide } from '../lib/device-page.mjs';
import { client, publicClient } from '../lib/openid-client.mjs';

const config = await publicClient('device');
const started = await client.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access' });
assert.ok(started.user_code && started.expires_in > 0 && started.interval > 0);
assert.equal(new URL(started.verification_uri).origin, context.issuer);

const tokens = client.pollDeviceAuthorizationGrant(config, started);
await decide(started.verification_uri_complete, started.user_code, 'allow');
assert.equal((await tokens).claims().sub, context.user.sub);
assert.equal((await tokens).scope, 'openid profile offline_access');
assert.ok((await client.refreshTokenGrant(config, (await tokens).refresh_token)).access_token);
