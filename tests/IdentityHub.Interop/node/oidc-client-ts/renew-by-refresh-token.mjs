// Renewal by refresh token. The application is of another site than the hub, whose cookie (SameSite=Lax) no frame there is sent: the frame
// finds nobody signed in, and the refresh token is the way.
import assert from 'node:assert/strict';
import { inChromium } from '../lib/chromium.mjs';
import { openApplication, renew, serveApplication, signIn } from '../lib/spa.mjs';

await serveApplication();
await inChromium(async (page) => {
  await openApplication(page, 'openid profile', '127.0.0.1');
  await signIn(page);
  assert.equal((await renew(page)).failure, 'login_required');

  await openApplication(page, 'openid profile offline_access', '127.0.0.1');
  await page.evaluate('app.removeUser()');
  await page.evaluate('void app.signinRedirect()');
  await page.waitForURL((url) => url.pathname === '/app' && url.searchParams.has('code'));
  const first = await page.evaluate('ready');
  assert.ok(first.refresh_token);
  const second = await renew(page);
  assert.equal(second.failure, undefined);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.notEqual(second.access_token, first.access_token);
});
