// What the test tells its script: { issuer, user: { name, password, sub }, keys: { ec, rsa }, ports }.
import { importJWK } from 'jose';

export const context = JSON.parse(process.env.INTEROP);

/** Where nothing listens: the scripts' own browser stops there. */
export const redirectUri = 'http://127.0.0.1/callback';

/** The secret of a confidential client or of an API. */
export const secretOf = (clientId) => `${clientId}-secret`;

/** The private key of the client `signed` for an algorithm, with its kid. */
export async function signingKey(alg) {
  const jwk = context.keys[alg === 'ES256' ? 'ec' : 'rsa'];
  return { key: await importJWK(jwk, alg), kid: jwk.kid };
}
