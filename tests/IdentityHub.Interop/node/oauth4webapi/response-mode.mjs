// The answer in the query, in the fragment, or in a form that posts itself: node response-mode.mjs query|fragment|form_post
import assert from 'node:assert/strict';
import { Browser } from '../lib/browser.mjs';
import { confidential, oauth } from '../lib/oauth4webapi.mjs';

const [mode] = process.argv.slice(2);
const web = confidential('web');
const request = await web.newRequest('openid', { response_mode: mode });
const arrival = await new Browser().authorize(web.urlOf(request.parameters));
const answers = {
  query: () => arrival.url.searchParams,
  fragment: () => new URLSearchParams(arrival.url.hash.slice(1)),
  form_post: async () => new URLSearchParams(await oauth.formPostResponse(arrival.request)),
};
assert.ok((await web.redeem(request, await answers[mode]())).claims.sub);
