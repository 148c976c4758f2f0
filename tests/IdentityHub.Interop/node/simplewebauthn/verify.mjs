// A second opinion about what the server has accepted: node verify.mjs '{ "rpId", "origin", "enrolment": { "challenge", "credential" }, "signIn": { … } }'
import assert from 'node:assert/strict';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';

const { rpId, origin, enrolment, signIn } = JSON.parse(process.argv[2]);
const expected = ({ challenge, credential }) => ({
  response: { ...credential, rawId: credential.id, clientExtensionResults: {} },
  expectedChallenge: challenge,
  expectedOrigin: origin,
  expectedRPID: rpId,
  requireUserVerification: true,
});

const registration = await verifyRegistrationResponse(expected(enrolment));
assert.equal(registration.verified, true);
const { credential, credentialDeviceType, credentialBackedUp, userVerified } = registration.registrationInfo;
assert.deepEqual([credential.id, userVerified], [enrolment.credential.id, true]);
assert.deepEqual([credentialDeviceType, credentialBackedUp], ['multiDevice', true]);

const authentication = await verifyAuthenticationResponse({ ...expected(signIn), credential });
assert.equal(authentication.verified, true);
await assert.rejects(verifyAuthenticationResponse({ ...expected(signIn), expectedOrigin: 'https://evil.example', credential }));
