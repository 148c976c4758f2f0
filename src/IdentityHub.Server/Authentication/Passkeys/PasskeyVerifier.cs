using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Fido2NetLib;
using Fido2NetLib.Exceptions;
using Fido2NetLib.Objects;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Passkeys;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// Checks what an authenticator has signed: WebAuthn Level 3 §7.1 and §7.2. The library checks the structures and signatures; what it
/// leaves open is checked here: the exact origin, frames of other sites, the challenge, and the backup flags. Counters are the caller's.
/// </summary>
internal sealed class PasskeyVerifier(PasskeyRelyingParty party, PasskeyChallenges challenges)
{
    // RSA with 4,096 bits fits. A longer key would make each check cost more.
    private const int MaxKeyLength = 600;

    /// <summary>The algorithms that are offered, the most wanted first: ES256, EdDSA, RS256. RFC 9053 §2, RFC 8812 §2.</summary>
    public static IReadOnlyList<int> Algorithms { get; } =
        [(int)COSE.Algorithm.ES256, (int)COSE.Algorithm.EdDSA, (int)COSE.Algorithm.RS256];

    private readonly Fido2 _library = new(party.ForLibrary());

    /// <summary>The RP ID.</summary>
    public string RelyingPartyId => party.Id;

    /// <summary>What the browser says of the ceremony, when it is the one that was asked for.</summary>
    /// <param name="type"><c>webauthn.get</c> or <c>webauthn.create</c>.</param>
    /// <param name="ceremony">One of <see cref="PasskeyChallenges"/>.</param>
    public Outcome<ClientData> ReadClientData(
        SentCredential sent, string type, string ceremony, string? browser, DateTimeOffset now)
    {
        if (ClientData.Parse(sent.ClientData) is not { } client || client.Type != type)
            return PasskeyRefusals.Malformed($"the client data is no {type}");
        if (client.Origin != party.Origin || client.IsCrossOrigin)
            return PasskeyRefusals.Refused(
                Reasons.PasskeyOrigin, "the page has another origin than the issuer, or was inside a page of another site");
        return challenges.IsValid(client.Challenge, ceremony, browser, now)
            ? client
            : PasskeyRefusals.Challenge("the challenge has expired, or was made for another browser, for another ceremony or elsewhere");
    }

    /// <summary>Checks an assertion with the key that is stored.</summary>
    /// <returns>The refusal; null when the signature is good.</returns>
    public async Task<Refusal?> CheckAsync(
        SentCredential sent, ClientData client, StoredPasskey passkey, CancellationToken cancellationToken)
    {
        if (AuthenticatorState.Read(sent.AuthenticatorData) is not { } state)
            return PasskeyRefusals.Malformed("the authenticator data is too short");
        var verified = await RunAsync(() => _library.MakeAssertionAsync(
            new MakeAssertionParams
            {
                AssertionResponse = new AuthenticatorAssertionRawResponse
                {
                    Id = Base64Url.EncodeToString(sent.Id),
                    RawId = sent.Id,
                    Type = PublicKeyCredentialType.PublicKey,
                    Response = new AuthenticatorAssertionRawResponse.AssertionResponse
                    {
                        AuthenticatorData = sent.AuthenticatorData,
                        ClientDataJson = sent.ClientData,
                        Signature = sent.Signature,
                    },
                },
                OriginalOptions = new AssertionOptions
                {
                    Challenge = client.Challenge,
                    RpId = party.Id,
                    UserVerification = UserVerificationRequirement.Required,
                },
                StoredPublicKey = passkey.Data.PublicKey,

                // The caller compares it: a counter that went back is told apart.
                StoredSignatureCounter = 0,
                IsUserHandleOwnerOfCredentialIdCallback = static (_, _) => Task.FromResult(true),
            },
            cancellationToken));
        if (!verified.Succeeded)
            return verified.Error;
        return state.IsBackupEligible != passkey.Data.IsBackupEligible || (state.IsBackedUp && !state.IsBackupEligible)
            ? PasskeyRefusals.Refused(Reasons.PasskeyBackup, "the backup flags contradict each other, or those of the enrolment")
            : null;
    }

    /// <summary>Checks a new credential.</summary>
    public async Task<Outcome<RegisteredPublicKeyCredential>> CheckNewAsync(
        SentCredential sent, ClientData client, Guid userId, CancellationToken cancellationToken)
    {
        var registered = await RunAsync(() => _library.MakeNewCredentialAsync(
            new MakeNewCredentialParams
            {
                AttestationResponse = new AuthenticatorAttestationRawResponse
                {
                    Id = Base64Url.EncodeToString(sent.Id),
                    RawId = sent.Id,
                    Type = PublicKeyCredentialType.PublicKey,
                    Response = new AuthenticatorAttestationRawResponse.AttestationResponse
                    {
                        AttestationObject = sent.AttestationObject,
                        ClientDataJson = sent.ClientData,
                    },
                },
                OriginalOptions = new CredentialCreateOptions
                {
                    Challenge = client.Challenge,
                    Rp = new PublicKeyCredentialRpEntity(party.Id, party.Id),
                    User = new Fido2User { Id = userId.ToByteArray(bigEndian: true), Name = "", DisplayName = "" },
                    PubKeyCredParams = [.. Algorithms.Select(static algorithm => new PubKeyCredParam((COSE.Algorithm)algorithm))],
                    AuthenticatorSelection = new AuthenticatorSelection
                    {
                        ResidentKey = ResidentKeyRequirement.Required,
                        UserVerification = UserVerificationRequirement.Required,
                    },
                },

                // The table's key decides, when it is stored.
                IsCredentialIdUniqueToUserCallback = static (_, _) => Task.FromResult(true),
            },
            cancellationToken));
        if (!registered.Succeeded)
            return registered.Error;
        var credential = registered.Value;
        if (!credential.Id.AsSpan().SequenceEqual(sent.Id) || credential.PublicKey.Length > MaxKeyLength)
            return PasskeyRefusals.Malformed("the credential has another id than it says, or its key is too long");
        return credential.IsBackedUp && !credential.IsBackupEligible
            ? PasskeyRefusals.Refused(Reasons.PasskeyBackup, "the backup flags contradict each other")
            : credential;
    }

    // The library reads what a stranger has written. What it does not expect it meets with any exception; nothing else is called in it.
    [SuppressMessage("Design", "CA1031", Justification = "The input is a stranger's; the library reaches neither network nor database.")]
    private static async Task<Outcome<T>> RunAsync<T>(Func<Task<T>> check)
        where T : class
    {
        try
        {
            return await check();
        }
        catch (Fido2VerificationException failure)
        {
            return failure.Code switch
            {
                Fido2ErrorCode.UserVerificationRequirementNotMet => PasskeyRefusals.NotVerified(),
                Fido2ErrorCode.InvalidRpidHash => PasskeyRefusals.Refused(
                    Reasons.PasskeyRelyingParty, "the authenticator has signed for another site"),
                Fido2ErrorCode.InvalidSignature => PasskeyRefusals.Refused(Reasons.PasskeySignature, "the signature is wrong"),
                var code => PasskeyRefusals.Malformed($"the library refuses it: {code}"),
            };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return PasskeyRefusals.Malformed($"the library cannot read it: {failure.GetType().Name}");
        }
    }
}
