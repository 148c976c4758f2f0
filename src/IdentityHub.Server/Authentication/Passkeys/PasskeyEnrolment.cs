using System.Buffers.Text;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>The passkeys of the user of a session: enrolment (WebAuthn Level 3 §7.1), names, removal.</summary>
internal sealed class PasskeyEnrolment(
    PasskeyRelyingParty party, PasskeyVerifier verifier, PasskeyChallenges challenges, PasskeyStore store, SecurityNotices notices,
    AuditTrail audit)
{
    /// <summary>How many passkeys a user may have.</summary>
    public const int Most = 20;

    /// <summary>Longest name in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The oldest first.</summary>
    public Task<IReadOnlyList<StoredPasskey>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        store.OfUserAsync(userId, cancellationToken);

    /// <summary>What the browser needs to make a passkey: <c>PublicKeyCredentialCreationOptionsJSON</c>.</summary>
    /// <param name="siteName">What the authenticator may show of this server.</param>
    public async Task<JsonObject> OptionsAsync(
        StoredBrowserSession session, string siteName, RequestContext context, CancellationToken cancellationToken)
    {
        var known = await store.OfUserAsync(session.UserId, cancellationToken);
        return new JsonObject
        {
            ["rp"] = new JsonObject { ["id"] = party.Id, ["name"] = siteName },
            ["user"] = new JsonObject
            {
                ["id"] = Base64Url.EncodeToString(session.UserId.ToByteArray(bigEndian: true)),
                ["name"] = session.UserName,
                ["displayName"] = session.DisplayName,
            },
            ["challenge"] = Base64Url.EncodeToString(challenges.New(PasskeyChallenges.Enrolment, BrowserOf(session), context.Now)),
            ["pubKeyCredParams"] = new JsonArray(
                [.. PasskeyVerifier.Algorithms.Select(static alg => new JsonObject { ["type"] = "public-key", ["alg"] = alg })]),
            ["timeout"] = (int)PasskeyChallenges.Lifetime.TotalMilliseconds,
            ["excludeCredentials"] = new JsonArray([.. known.Select(Descriptor)]),
            ["authenticatorSelection"] = new JsonObject
            {
                ["residentKey"] = "required",
                ["requireResidentKey"] = true,
                ["userVerification"] = "required",
            },
            ["attestation"] = party.Aaguids.Count > 0 ? "direct" : "none",
        };
    }

    /// <summary>Adds a passkey.</summary>
    /// <param name="credential">A <c>PublicKeyCredential</c> as JSON.</param>
    /// <returns>The refusal; null when it is stored.</returns>
    public async Task<Refusal?> AddAsync(
        StoredBrowserSession session, string? credential, string name, RequestContext context, CancellationToken cancellationToken)
    {
        if (CleanName(name) is not { } clean)
            return NameRefused();
        if (SentCredential.Parse(credential) is not { } sent)
            return PasskeyRefusals.Malformed("no credential in JSON");
        var client = verifier.ReadClientData(
            sent, "webauthn.create", PasskeyChallenges.Enrolment, BrowserOf(session), context.Now);
        if (!client.Succeeded)
            return client.Error;
        var checkedCredential = await verifier.CheckNewAsync(sent, client.Value, session.UserId, cancellationToken);
        if (!checkedCredential.Succeeded)
            return checkedCredential.Error;
        var registered = checkedCredential.Value;
        if (!IsAdmitted(registered.AaGuid, registered.AttestationFormat, sent.AttestationObject))
            return new Refusal(
                RefusalKind.InvalidRequest, "This kind of device is not admitted here.", Reasons.PasskeyAuthenticator,
                $"the authenticator {registered.AaGuid} is not on the list, or has not proven what it is");

        // Last, because it changes state.
        if (!await challenges.TryUseAsync(client.Value.Challenge, context.Now, cancellationToken))
            return PasskeyRefusals.Refused(Reasons.PasskeyReplayed, "the challenge was used before");
        var data = new PasskeyData
        {
            PublicKey = registered.PublicKey,
            Name = clean,
            CreatedAt = context.Now,
            SignCount = registered.SignCount,
            Transports = sent.Transports,
            IsUserVerified = true,
            IsBackupEligible = registered.IsBackupEligible,
            IsBackedUp = registered.IsBackedUp,
            AttestationObject = sent.AttestationObject,
            ClientDataJson = sent.ClientData,
            Aaguid = registered.AaGuid,
        };
        if (RefusalOf(await store.AddAsync(session, sent.Id, data, Most, cancellationToken)) is { } refusal)
            return refusal;
        await audit.WriteAsync(context, AuditTypes.PasskeyAdded, session.UserId, session.Id, detail: $"authenticator {data.Aaguid}");
        await notices.SendAsync(session.UserId, SecurityNotice.PasskeyAdded, context, CancellationToken.None);
        return null;
    }

    /// <summary>Gives a passkey another name.</summary>
    /// <returns>The refusal; null when it is done, or there is no such passkey any more.</returns>
    public async Task<Refusal?> RenameAsync(
        StoredBrowserSession session, byte[] credentialId, string name, RequestContext context, CancellationToken cancellationToken)
    {
        if (CleanName(name) is not { } clean)
            return NameRefused();
        var known = await store.OfUserAsync(session.UserId, cancellationToken);
        if (known.FirstOrDefault(passkey => passkey.CredentialId.AsSpan().SequenceEqual(credentialId)) is { } passkey
            && await store.TryReplaceAsync(passkey, passkey.Data with { Name = clean }, cancellationToken))
            await audit.WriteAsync(context, AuditTypes.PasskeyRenamed, session.UserId, session.Id);
        return null;
    }

    /// <summary>Removes a passkey: from now on it signs in no one.</summary>
    public async Task RemoveAsync(
        StoredBrowserSession session, byte[] credentialId, RequestContext context, CancellationToken cancellationToken)
    {
        if (!await store.RemoveAsync(session.UserId, session.Id, credentialId, cancellationToken))
            return;
        await audit.WriteAsync(context, AuditTypes.PasskeyRemoved, session.UserId, session.Id);
        await notices.SendAsync(session.UserId, SecurityNotice.PasskeyRemoved, context, CancellationToken.None);
    }

    // The session is the browser's: another browser has another one.
    private static string BrowserOf(StoredBrowserSession session) => $"session:{session.Id}";

    /// <summary><c>PublicKeyCredentialDescriptorJSON</c>.</summary>
    internal static JsonObject Descriptor(StoredPasskey passkey) => new()
    {
        ["type"] = "public-key",
        ["id"] = Base64Url.EncodeToString(passkey.CredentialId),
        ["transports"] = new JsonArray([.. passkey.Data.Transports.Select(static transport => JsonValue.Create(transport))]),
    };

    private static string? CleanName(string name) =>
        name.Trim() is { Length: > 0 and <= MaxNameLength } clean && !clean.Any(char.IsControl) ? clean : null;

    private static Refusal NameRefused() =>
        Refusal.InvalidRequest(
            $"The name of a passkey must be 1 to {MaxNameLength} characters without line breaks.", Reasons.PasskeyNameMalformed);

    private static Refusal? RefusalOf(PasskeyAddition addition) => addition switch
    {
        PasskeyAddition.Added => null,
        PasskeyAddition.Taken => Refusal.InvalidRequest("The passkey is stored already.", Reasons.PasskeyTaken),
        PasskeyAddition.TooMany => Refusal.InvalidRequest(
            $"An account may have {Most} passkeys. Remove one first.", Reasons.TooManyPasskeys),
        _ => Refusal.InvalidRequest(
            "The session has ended, acts as another user, or the credentials were changed. Sign in again.", Reasons.PasskeySession),
    };

    private bool IsAdmitted(Guid aaguid, string? format, byte[] attestationObject) =>
        party.Aaguids.Count == 0
        || (party.Aaguids.Contains(aaguid) && format is not (null or "none") && Attestation.HasCertificates(attestationObject));
}
