// The user is asked what the application may see: he refuses, agrees, and is not asked again for what he wanted to be remembered.
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, confidential, newChecks, parametersOf } from '../lib/openid-client.mjs';

const config = await confidential('asking');
const browser = new Browser();
const asked = [];

async function logIn(decision) {
  const checks = await newChecks();
  const url = client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid profile email', decision ? { prompt: 'consent' } : {}));
  const arrival = await browser.authorize(url, (form) => {
    asked.push(decision);
    return browser.decide(form, decision, { remember: 'true' });
  });
  return client.authorizationCodeGrant(config, arrival.request, checks);
}

await assert.rejects(logIn('deny'), (error) => error instanceof client.AuthorizationResponseError && error.error === 'access_denied');
assert.equal((await logIn('allow')).scope, 'openid profile email');
assert.equal((await logIn(undefined)).scope, 'openid profile email');
assert.deepEqual(asked, ['deny', 'allow']);
