// RFC 8628 §3.5: what a device is told before and after its user has decided.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { decide } from '../lib/device-page.mjs';
import { isRefusal, publicClient } from '../lib/oauth4webapi.mjs';

const device = publicClient('device');

// The user types the code at the short address.
const first = await device.startDevice('openid profile');
await decide(first.verification_uri, first.user_code, 'allow');
assert.equal((await device.redeemDevice(first)).claims.sub, context.user.sub);
await assert.rejects(device.redeemDevice(first), isRefusal('invalid_grant'));

const waiting = await device.startDevice('openid');
const told = [];
while (told.at(-1) !== 'slow_down') {
  await assert.rejects(device.redeemDevice(waiting), (error) => told.push(error.error) > 0);
  assert.match(told.at(-1), /^(authorization_pending|slow_down)$/);
}

assert.equal(told[0], 'authorization_pending');

const denied = await device.startDevice('openid');
await decide(denied.verification_uri_complete, denied.user_code, 'deny');
await assert.rejects(device.redeemDevice(denied), isRefusal('access_denied'));
