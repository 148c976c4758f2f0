using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Passkeys;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// Notes that a passkey was used: the challenge is used up, the counter goes on. Both are single statements whose row count decides, so
/// that one signature counts once over all nodes.
/// </summary>
internal sealed class PasskeyUse(PasskeyChallenges challenges, PasskeyStore store, OtpGuesses otps, AuditTrail audit)
{
    // RFC 8176 §2: a key that is copied between devices is one of software, for the rest is not known.
    private const string Synced = "swk user mfa";
    private const string DeviceBound = "hwk user mfa";

    // Two devices may use copies of one passkey at the same moment.
    private const int MostTries = 3;

    /// <summary>Whom the passkey has authenticated.</summary>
    /// <param name="sent">With a signature that was checked.</param>
    public async Task<Outcome<AuthenticatedUser>> NoteAsync(
        OwnedPasskey owned, SentCredential sent, ClientData client, RequestContext context, CancellationToken cancellationToken)
    {
        if (!await challenges.TryUseAsync(client.Challenge, context.Now, cancellationToken))
            return PasskeyRefusals.Refused(Reasons.PasskeyReplayed, "the challenge was used before");
        var state = AuthenticatorState.Read(sent.AuthenticatorData)!.Value;
        for (var i = 0; i < MostTries; i++)
        {
            var passkey = owned.Passkey;
            if (HasGoneBack(passkey.Data.SignCount, state.SignCount))
            {
                var detail = $"the counter went from {passkey.Data.SignCount} to {state.SignCount}: there may be a copy of the passkey";
                await audit.WriteAsync(
                    context, AuditTypes.PasskeyCounterWentBack, owned.User.UserId, reason: Reasons.PasskeyCounter, detail: detail);
                return PasskeyRefusals.Refused(Reasons.PasskeyCounter, detail);
            }

            var data = passkey.Data with { SignCount = state.SignCount, IsBackedUp = state.IsBackedUp, LastUsedAt = context.Now };
            if (await store.TryReplaceAsync(passkey, data, cancellationToken))
            {
                // Runs to its end even when the client has gone: the user has proven who they are.
                await otps.AllowAgainAsync(owned.User.UserId, context, CancellationToken.None);
                return AuthenticatedUser.ByFactor(owned.User, data.IsBackupEligible ? Synced : DeviceBound, context.Now);
            }

            if (await store.FindAsync(sent.Id, cancellationToken) is not { } now)
                return PasskeyRefusals.Unknown();
            owned = now;
        }

        return Refusal.TemporarilyUnavailable(
            Reasons.AttemptsUnderWay, "the passkey was used several times at the same moment", TimeSpan.FromSeconds(1));
    }

    // WebAuthn Level 3 §7.2, step 22. An authenticator that does not count says 0 each time.
    private static bool HasGoneBack(uint stored, uint sent) => (stored != 0 || sent != 0) && sent <= stored;
}
