// The page where a user lets a device in, or not.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

/** Opens the address that the device shows, types the code where it does not stand there yet, and decides. */
export async function decide(url, userCode, decision) {
  const browser = new Browser();
  let page = await browser.logIn(await browser.open(url));
  if (!page.formWith('user_code').buttons.some((button) => button.value === decision)) {
    page = await browser.submit(page.formWith('user_code'), { user_code: userCode });
  }

  const decided = await browser.decide(page.formWith('user_code'), decision);
  assert.equal(decided.status, 200);
}
