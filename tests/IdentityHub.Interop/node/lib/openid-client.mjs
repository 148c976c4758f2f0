// openid-client, as an application sets it up; signatures of id_tokens are checked too, not only where they came from.
import * as client from 'openid-client';
import { Browser } from './browser.mjs';
import { context, redirectUri, secretOf, signingKey } from './context.mjs';

export { client };

/** A client with a secret. */
export const confidential = (clientId, metadata) => connect(clientId, metadata, client.ClientSecretBasic(secretOf(clientId)));

/** A client without one. */
export const publicClient = (clientId, metadata) => connect(clientId, metadata, client.None());

/** The client `signed`, which authenticates with a key. */
export const signed = async (alg, metadata) => connect('signed', metadata, client.PrivateKeyJwt(await signingKey(alg)));

function connect(clientId, metadata, authentication) {
  return client.discovery(new URL(context.issuer), clientId, metadata, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

/** What an application keeps between the request and its answer. */
export async function newChecks() {
  return { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedNonce: client.randomNonce(), expectedState: client.randomState(), idTokenExpected: true };
}

/** The parameters of an authorization request. */
export async function parametersOf(checks, scope, more = {}) {
  return {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: checks.expectedNonce,
    state: checks.expectedState,
    ...more,
  };
}

/** Tokens by way of the code flow, with a browser of its own. */
export async function logIn(config, scope, browser = new Browser()) {
  const checks = await newChecks();
  const arrival = await browser.authorize(client.buildAuthorizationUrl(config, await parametersOf(checks, scope)));
  return client.authorizationCodeGrant(config, arrival.request, checks);
}
