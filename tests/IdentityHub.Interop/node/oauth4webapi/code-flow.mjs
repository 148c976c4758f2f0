// The whole code flow: PKCE, nonce, state, iss; then userinfo.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { confidential } from '../lib/oauth4webapi.mjs';

const web = confidential('web');
const tokens = await web.logIn('openid profile email phone');
assert.equal(tokens.claims.sub, context.user.sub);
assert.deepEqual(tokens.claims.amr, ['pwd']);
assert.equal(tokens.scope, 'openid profile email phone');
assert.equal((await web.userInfo(tokens)).email, 'alice@example.com');
