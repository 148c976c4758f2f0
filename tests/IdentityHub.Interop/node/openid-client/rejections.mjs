// What the library must not take from anybody. Each case changes one thing about a good login: node rejections.mjs CASE
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { client, confidential, logIn, newChecks, parametersOf } from '../lib/openid-client.mjs';

const cases = {
  'another nonce': { says: /"nonce"/, checks: () => ({ expectedNonce: client.randomNonce() }) },
  'another state': { says: /"state"/, checks: () => ({ expectedState: client.randomState() }) },
  'an answer of another server': { says: /"iss"/, answer: (url) => url.searchParams.set('iss', 'http://localhost:1') },
  'an answer without iss': { says: /"iss"/, answer: (url) => url.searchParams.delete('iss') },
  'an id_token of another client': { says: /"aud"/, idToken: async () => (await logIn(await confidential('other'), 'openid')).id_token, checks: () => ({ expectedNonce: undefined }) },
  'an id_token that was changed': { says: /signature/, idToken: (good) => `${good.slice(0, -8)}AAAAAAAA` },
  'an id_token that has expired': { says: /"exp"/, metadata: { [client.clockSkew]: 3600 } },
};

const [name] = process.argv.slice(2);
const { says, checks: changes, answer, idToken, metadata } = cases[name];
const config = await confidential('web', metadata);
config[client.customFetch] = async (url, options) => {
  const response = await fetch(url, options);
  if (!idToken || !url.endsWith('/connect/token')) {
    return response;
  }

  const tokens = await response.json();
  return Response.json({ ...tokens, id_token: await idToken(tokens.id_token) });
};

const checks = await newChecks();
const arrival = await new Browser().authorize(client.buildAuthorizationUrl(config, await parametersOf(checks, 'openid')));
answer?.(arrival.url);
await assert.rejects(client.authorizationCodeGrant(config, arrival.request, { ...checks, ...changes?.() }), (error) => {
  const reasons = [];
  for (let reason = error; reason; reason = reason.cause) {
    reasons.push(reason.message ?? JSON.stringify(reason));
  }

  assert.match(reasons.join(': '), says);
  return true;
});
