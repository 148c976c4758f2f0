// A back end gets a token for itself.
import assert from 'node:assert/strict';
import { confidential, isRefusal } from '../lib/oauth4webapi.mjs';

const machine = confidential('machine');
const tokens = await machine.clientCredentials('orders.write');
assert.equal(tokens.scope, 'orders.write');
assert.ok(tokens.expires_in > 0);
await assert.rejects(machine.clientCredentials('openid'), isRefusal('invalid_scope'));
