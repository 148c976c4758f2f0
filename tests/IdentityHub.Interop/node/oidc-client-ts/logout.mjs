// Logout by redirect: the application and the hub forget the user, and a hidden frame finds nobody signed in.
import assert from 'node:assert/strict';
import { inChromium } from '../lib/chromium.mjs';
import { openApplication, renew, serveApplication, signIn } from '../lib/spa.mjs';

await serveApplication();
await inChromium(async (page) => {
  await openApplication(page, 'openid profile');
  await signIn(page);
  assert.equal((await renew(page)).failure, undefined);

  await page.evaluate('void app.signoutRedirect()');
  await page.waitForURL((url) => url.pathname === '/goodbye');
  await page.evaluate('ready');
  assert.equal(await page.evaluate('app.getUser()'), null);
  assert.equal((await renew(page)).failure, 'login_required');
});
