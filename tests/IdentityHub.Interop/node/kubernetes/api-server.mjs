// What the API server of Kubernetes asks of an id_token, by its documentation of --oidc-issuer-url, --oidc-client-id, --oidc-username-claim,
// --oidc-groups-claim, --oidc-required-claim and --oidc-signing-algs; the signature is checked by jose.
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { context } from '../lib/context.mjs';

export const clientId = 'kubernetes';

const discovery = await (await fetch(`${context.issuer}/.well-known/openid-configuration`)).json();
assert.equal(discovery.issuer, context.issuer);
const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));

/** The user whom a token names. */
export async function authenticate(token, { username = 'email', groups = 'groups', audience = clientId, required = {} } = {}) {
  const { payload } = await jwtVerify(token, keys, { issuer: context.issuer, audience, algorithms: ['RS256'], requiredClaims: ['exp'] });
  const name = payload[username];
  assert.equal(typeof name, 'string', `${username} must be a string`);
  if (username === 'email' && 'email_verified' in payload) {
    assert.equal(payload.email_verified, true, 'email_verified must be true, and no string');
  }

  const list = payload[groups] ?? [];
  assert.ok(typeof list === 'string' || (Array.isArray(list) && list.every((group) => typeof group === 'string')), `${groups} must be strings`);
  for (const [claim, value] of Object.entries(required)) {
    assert.equal(payload[claim], value);
  }

  // Without a prefix for names other than e-mail addresses, the issuer stands before the name.
  return { username: username === 'email' ? name : `${context.issuer}#${name}`, groups: [].concat(list) };
}

/** An API server that knows who calls, and nothing else. Answers what `kubectl auth whoami` asks. */
export function listen(certificate) {
  const server = createServer(certificate, async (request, response) => {
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    try {
      const userInfo = await authenticate((request.headers.authorization ?? '').replace(/^Bearer /, ''));
      if (request.url.startsWith('/apis/authentication.k8s.io/v1/selfsubjectreviews')) {
        return answer(201, { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo } });
      }

      return answer(404, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 });
    } catch (error) {
      return answer(401, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Unauthorized', message: `${error}`, code: 401 });
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
