// RFC 7662: an API asks what a token is worth, be it a JWT or opaque; a client that is not meant by it learns nothing.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { confidential } from '../lib/oauth4webapi.mjs';

for (const clientId of ['web', 'opaque']) {
  const { access_token: token } = await confidential(clientId).logIn('openid orders.read');
  const seen = await confidential('orders').introspect(token);
  assert.equal(seen.active, true);
  assert.equal(seen.sub, context.user.sub);
  assert.equal(seen.scope, 'orders.read');
  assert.deepEqual(await confidential('other').introspect(token), { active: false });
}
