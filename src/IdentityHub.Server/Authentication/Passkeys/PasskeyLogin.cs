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
    public JsonObject Options(string browser, RequestContext context) => new()
    {
        ["challenge"] = Base64Url.EncodeToString(challenges.New(PasskeyChallenges.SignIn, browser, context.Now)),
        ["rpId"] = verifier.RelyingPartyId,
        ["timeout"] = (int)PasskeyChallenges.Lifetime.TotalMilliseconds,
        ["userVerification"] = "required",
        ["allowCredentials"] = new JsonArray(),
    };

    /// <summary>Whose passkey has signed the challenge.</summary>
    /// <param name="credential">A <c>PublicKeyCredential</c> as JSON.</param>
    /// <param name="browser">As for <see cref="Options"/>; null when the browser has sent nothing.</param>
    public async Task<Outcome<AuthenticatedUser>> CheckAsync(
        string? credential, string? browser, RequestContext context, CancellationToken cancellationToken)
    {
        if (SentCredential.Parse(credential) is not { } sent)
            return PasskeyRefusals.Malformed("no credential in JSON");
        var client = verifier.ReadClientData(sent, "webauthn.get", PasskeyChallenges.SignIn, browser, context.Now);
        if (!client.Succeeded)
            return client.Error;

        var subject = new AttemptSubject(Convert.ToHexStringLower(SHA256.HashData(sent.Id)));
        return await attempts.RunAsync(
            AttemptKind.Passkey, subject, Refusals, _ => EvaluateAsync(sent, client.Value, context, cancellationToken), context,
            cancellationToken);
    }

    private async ValueTask<Outcome<AuthenticatedUser>> EvaluateAsync(
        SentCredential sent, ClientData client, RequestContext context, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(sent.Id, cancellationToken) is not { } owned)
            return PasskeyRefusals.Unknown();

        // The user has typed no name: the authenticator has to say who it is. WebAuthn Level 3 §7.2, step 6.
        if (!sent.UserHandle.AsSpan().SequenceEqual(owned.User.UserId.ToByteArray(bigEndian: true)))
            return PasskeyRefusals.Refused(Reasons.PasskeyForeign, "the credential belongs to another user than the user handle says");
        if (await verifier.CheckAsync(sent, client, owned.Passkey, cancellationToken) is { } refusal)
            return refusal;
        if (owned.User.Status.GetDenialReason(context.Now) is { } denial)
            return PasskeyRefusals.Refused(denial, "right passkey, but the user is not admitted");

        // Last, because it changes state.
        return await use.NoteAsync(owned, sent, client, context, cancellationToken);
    }
}
