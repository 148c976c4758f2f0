using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Passkeys;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// Signs a user in with a passkey, without a user name: the authenticator says whose it is. WebAuthn Level 3 §7.2. A failure is counted for
/// the credential that was sent and for the address, in counts that no password shares; it never counts against the user.
/// </summary>
internal sealed class PasskeyLogin(
    PasskeyVerifier verifier, PasskeyChallenges challenges, PasskeyStore store, AttemptGuard attempts, PasskeyUse use)
{
    private static readonly AttemptRefusals Refusals = new(
        "too many passkeys failing from this address",
        "too many signatures of this passkey are being checked",
        static _ => PasskeyRefusals.Refused(Reasons.AttemptsExhausted, "too many failures of this passkey"));

    /// <summary>What the browser needs to ask for a passkey: <c>PublicKeyCredentialRequestOptionsJSON</c>. No database statement.</summary>
    /// <param name="browser">What only this browser sends back.</param>
    public JsonObject Options(string browser, RequestContext context) =>
        OptionsOf(challenges.New(PasskeyChallenges.SignIn, browser, context.Now), []);

    /// <summary>The same for the second step of a login: any passkey of the user will do.</summary>
    public async Task<JsonObject> SecondOptionsAsync(Guid userId, RequestContext context, CancellationToken cancellationToken) =>
        OptionsOf(
            challenges.New(PasskeyChallenges.SecondStep, BrowserOf(userId), context.Now),
            await store.OfUserAsync(userId, cancellationToken));

    /// <summary>Whose passkey has signed the challenge.</summary>
    /// <param name="credential">A <c>PublicKeyCredential</c> as JSON.</param>
    /// <param name="browser">As for <see cref="Options"/>; null when the browser has sent nothing.</param>
    public Task<Outcome<AuthenticatedUser>> CheckAsync(
        string? credential, string? browser, RequestContext context, CancellationToken cancellationToken) =>
        CheckAsync(credential, PasskeyChallenges.SignIn, browser, expectedUser: null, context, cancellationToken);

    /// <summary>The same in the second step of a login: it must be a passkey of this user.</summary>
    public Task<Outcome<AuthenticatedUser>> CheckSecondAsync(
        string? credential, Guid userId, RequestContext context, CancellationToken cancellationToken) =>
        CheckAsync(credential, PasskeyChallenges.SecondStep, BrowserOf(userId), userId, context, cancellationToken);

    private async Task<Outcome<AuthenticatedUser>> CheckAsync(
        string? credential, string ceremony, string? browser, Guid? expectedUser, RequestContext context,
        CancellationToken cancellationToken)
    {
        if (SentCredential.Parse(credential) is not { } sent)
            return PasskeyRefusals.Malformed("no credential in JSON");
        var client = verifier.ReadClientData(sent, "webauthn.get", ceremony, browser, context.Now);
        if (!client.Succeeded)
            return client.Error;

        var subject = new AttemptSubject(Convert.ToHexStringLower(SHA256.HashData(sent.Id)));
        return await attempts.RunAsync(
            AttemptKind.Passkey, subject, Refusals, _ => EvaluateAsync(sent, client.Value, expectedUser, context, cancellationToken),
            context, cancellationToken);
    }

    private async ValueTask<Outcome<AuthenticatedUser>> EvaluateAsync(
        SentCredential sent, ClientData client, Guid? expectedUser, RequestContext context, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(sent.Id, cancellationToken) is not { } owned)
            return PasskeyRefusals.Unknown();

        // Where the user has typed no name, the authenticator has to say who it is. WebAuthn Level 3 §7.2, step 6.
        var owner = owned.User.UserId;
        if (expectedUser is { } expected && expected != owner)
            return PasskeyRefusals.Refused(Reasons.PasskeyForeign, "the credential belongs to another user than the first factor");
        if (!(expectedUser is not null && sent.UserHandle.Length == 0)
            && !sent.UserHandle.AsSpan().SequenceEqual(owner.ToByteArray(bigEndian: true)))
            return PasskeyRefusals.Refused(Reasons.PasskeyForeign, "the credential belongs to another user than the user handle says");
        if (await verifier.CheckAsync(sent, client, owned.Passkey, cancellationToken) is { } refusal)
            return refusal;
        if (owned.User.Status.GetDenialReason(context.Now) is { } denial)
            return PasskeyRefusals.Refused(denial, "right passkey, but the user is not admitted");

        // Last, because it changes state.
        return await use.NoteAsync(owned, sent, client, context, cancellationToken);
    }

    private static string BrowserOf(Guid userId) => $"user:{userId}";

    private JsonObject OptionsOf(byte[] challenge, IReadOnlyList<StoredPasskey> allowed) => new()
    {
        ["challenge"] = Base64Url.EncodeToString(challenge),
        ["rpId"] = verifier.RelyingPartyId,
        ["timeout"] = (int)PasskeyChallenges.Lifetime.TotalMilliseconds,
        ["userVerification"] = "required",
        ["allowCredentials"] = new JsonArray([.. allowed.Select(PasskeyEnrolment.Descriptor)]),
    };
}
