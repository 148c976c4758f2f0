// oauth4webapi, which leaves each step to the application: each answer is checked by the library, and signatures are checked too.
import * as oauth from 'oauth4webapi';
import { Browser } from './browser.mjs';
import { context, redirectUri, secretOf, signingKey } from './context.mjs';

export { oauth };

export const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(context.issuer);

/** The server, by discovery. */
export const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));

/** A client with a secret. */
export const confidential = (clientId, metadata) => new Application(clientId, oauth.ClientSecretBasic(secretOf(clientId)), metadata);

/** A client without one. */
export const publicClient = (clientId, metadata) => new Application(clientId, oauth.None(), metadata);

/** The client `signed`, which authenticates with a key. */
export const signed = async (alg) => new Application('signed', oauth.PrivateKeyJwt(await signingKey(alg)));

class Application {
  constructor(clientId, authentication, metadata) {
    this.client = { client_id: clientId, ...metadata };
    this.authentication = authentication;
  }

  /** What it keeps between the request and its answer, and the request. */
  async newRequest(scope, more = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const state = oauth.generateRandomState();
    const parameters = new URLSearchParams({
      client_id: this.client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
      ...more,
    });
    return { verifier, nonce, state, parameters };
  }

  urlOf(parameters) {
    const url = new URL(server.authorization_endpoint);
    url.search = parameters.toString();
    return url;
  }

  async redeem({ verifier, nonce, state }, answer) {
    const callback = oauth.validateAuthResponse(server, this.client, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(server, this.client, this.authentication, callback, redirectUri, verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(server, this.client, response, { expectedNonce: nonce, requireIdToken: true });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  /** Tokens by way of the code flow, with a browser of its own. */
  async logIn(scope) {
    const request = await this.newRequest(scope);
    const arrival = await new Browser().authorize(this.urlOf(request.parameters));
    return this.redeem(request, arrival.url);
  }

  /** The `request_uri` of a pushed request. RFC 9126. */
  async push(parameters) {
    const response = await oauth.pushedAuthorizationRequest(server, this.client, this.authentication, parameters, insecure);
    return (await oauth.processPushedAuthorizationResponse(server, this.client, response)).request_uri;
  }

  async refresh(refreshToken) {
    const response = await oauth.refreshTokenGrantRequest(server, this.client, this.authentication, refreshToken, insecure);
    return oauth.processRefreshTokenResponse(server, this.client, response);
  }

  /** The codes of RFC 8628 §3.2. */
  async startDevice(scope) {
    const response = await oauth.deviceAuthorizationRequest(server, this.client, this.authentication, new URLSearchParams({ scope }), insecure);
    return oauth.processDeviceAuthorizationResponse(server, this.client, response);
  }

  /** Asks once, without waiting. */
  async redeemDevice({ device_code: code }) {
    const response = await oauth.deviceCodeGrantRequest(server, this.client, this.authentication, code, insecure);
    const tokens = await oauth.processDeviceCodeResponse(server, this.client, response);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  async clientCredentials(scope) {
    const response = await oauth.clientCredentialsGrantRequest(server, this.client, this.authentication, new URLSearchParams({ scope }), insecure);
    return oauth.processClientCredentialsResponse(server, this.client, response);
  }

  async introspect(token) {
    const response = await oauth.introspectionRequest(server, this.client, this.authentication, token, insecure);
    return oauth.processIntrospectionResponse(server, this.client, response);
  }

  async revoke(token) {
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, this.client, this.authentication, token, insecure));
  }

  async userInfo(tokens) {
    const response = await oauth.userInfoRequest(server, this.client, tokens.access_token, insecure);
    return oauth.processUserInfoResponse(server, this.client, tokens.claims.sub, response);
  }
}

/** True for the refusal of RFC 6749 §5.2 with this code. */
export const isRefusal = (code) => (error) => error instanceof oauth.ResponseBodyError && error.error === code;
