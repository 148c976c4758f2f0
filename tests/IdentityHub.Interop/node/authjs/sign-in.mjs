// Auth.js signs a user in with the hub as its provider, as its documentation says: name, e-mail and groups arrive in its session.
import assert from 'node:assert/strict';
import { Auth } from '@auth/core';
import { Browser } from '../lib/browser.mjs';
import { context, secretOf } from '../lib/context.mjs';

const application = 'http://127.0.0.1/auth';
const config = {
  basePath: '/auth',
  secret: 'a secret of the application that is long enough',
  trustHost: true,
  providers: [{ id: 'hub', name: 'Hub', type: 'oidc', issuer: context.issuer, clientId: 'authjs', clientSecret: secretOf('authjs'),
    authorization: { params: { scope: 'openid profile email groups' } } }],
  callbacks: {
    jwt: ({ token, profile }) => (profile ? { ...token, groups: profile.groups } : token),
    session: ({ session, token }) => ({ ...session, groups: token.groups }),
  },
  logger: { error: (error) => console.error(error, error.cause) },
};

const cookies = new Map();

async function call(path, form) {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const request = new Request(path instanceof URL ? path : application + path, { method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form), headers });
  const response = await Auth(request, config);
  for (const line of response.headers.getSetCookie()) {
    const pair = line.split(';')[0];
    cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
  }

  return response;
}

const { csrfToken } = await (await call('/csrf')).json();
const begun = await call('/signin/hub', { csrfToken, callbackUrl: 'http://127.0.0.1/' });
const arrival = await new Browser().authorize(begun.headers.get('location'));
assert.equal(arrival.url.origin + arrival.url.pathname, `${application}/callback/hub`);
const signedIn = await call(arrival.url);
assert.equal(signedIn.headers.get('location'), 'http://127.0.0.1/');

const session = await (await call('/session')).json();
assert.equal(session.user.name, 'Alice Archer');
assert.equal(session.user.email, 'alice@example.com');
assert.deepEqual(session.groups, ['org-admin', 'reader']);
