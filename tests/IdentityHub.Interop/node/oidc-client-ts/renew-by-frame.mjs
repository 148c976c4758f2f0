// Silent renewal in a hidden frame with prompt=none. The application is of the hub's own site (the port is no part of a site), so that the
// frame is sent the hub's cookie; the hub answers with a redirect, which no frame-ancestors or X-Frame-Options concerns.
import assert from 'node:assert/strict';
import { inChromium } from '../lib/chromium.mjs';
import { openApplication, renew, serveApplication, signIn } from '../lib/spa.mjs';

await serveApplication();
await inChromium(async (page) => {
  await openApplication(page, 'openid profile');
  assert.equal((await renew(page)).failure, 'login_required');

  const first = await signIn(page);
  const second = await renew(page);
  assert.equal(second.failure, undefined);
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.profile.sub, first.profile.sub);
  assert.equal(second.profile.sid, first.profile.sid);
  assert.equal(second.profile.auth_time, first.profile.auth_time);

  // The hub's own pages stand in nobody's frame.
  await page.evaluate(`new Promise((loaded) => {
    const frame = document.createElement('iframe');
    frame.onload = loaded;
    frame.src = '${new URL('/login', first.profile.iss).href}';
    document.body.append(frame);
  })`);
  assert.equal(await page.frames().at(-1).locator('[name=password]').count(), 0);
});
