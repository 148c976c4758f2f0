// Sign-in with PKCE: the token and userinfo endpoints answer the application's origin, and no other.
import assert from 'node:assert/strict';
import { context } from '../lib/context.mjs';
import { inChromium } from '../lib/chromium.mjs';
import { openApplication, serveApplication, signIn } from '../lib/spa.mjs';

await serveApplication();
const foreign = await serveApplication(0);
await inChromium(async (page) => {
  await openApplication(page, 'openid profile');
  const user = await signIn(page);
  assert.equal(user.profile.sub, context.user.sub);
  assert.equal(user.profile.name, 'Alice Archer');
  assert.ok(user.access_token);
  assert.equal(user.refresh_token, undefined);

  await page.goto(`http://localhost:${foreign}/elsewhere?authority=x`);
  const answer = await page.evaluate(`fetch('${context.issuer}/connect/userinfo', { headers: { authorization: 'Bearer ${user.access_token}' } }).then(() => 'read', () => 'kept away')`);
  assert.equal(answer, 'kept away');
});
