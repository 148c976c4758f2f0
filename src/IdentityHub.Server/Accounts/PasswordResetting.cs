using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// The token of a reset mail sets a password, once. It ends when it expires, when a newer one is made, and at any other change of the
/// password. ASSURANCE R6.
/// </summary>
internal sealed class PasswordResetting(PasswordResetStore resets, UserDirectory users, NewPasswords newPasswords, SessionEnd ends)
{
    /// <summary>Null when the password was set; every session of the user has ended then.</summary>
    /// <param name="userName">User name, e-mail address or phone number of the token's user; a wrong one does not use up the token.</param>
    public async Task<Refusal?> ResetAsync(
        string token, string userName, SentPassword wanted, RequestContext context, CancellationToken cancellationToken)
    {
        if (newPasswords.RefusalOf(wanted, userName) is { } refusal)
            return refusal;
        if (!OpaqueToken.IsWellFormed(token, OpaqueTokenType.PasswordReset))
            return Refused(Reasons.ResetTokenMalformed);

        // The token is checked first: without a valid one, neither the answer nor its timing tells anything about names.
        var hash = TokenHash.Of(token);
        if (await resets.FindAsync(hash, cancellationToken) is not { } reset)
            return Refused(Reasons.ResetTokenUnknown);
        if (await users.FindCredentialAsync(userName, cancellationToken) is not { } user)
            return Refused(Reasons.UserUnknown);
        if (reset.Refusal(user.UserId, user.SecurityStamp, context.Now) is { } bad)
            return Refused(bad);
        if (user.Status.GetDenialReason(context.Now) is { } standing)
            return Refused(standing);
        if (newPasswords.RefusalOf(wanted, user.UserName) is { } asThisUser)
            return asThisUser;
        var verifier = await newPasswords.HashAsync(wanted);
        if (!verifier.Succeeded)
            return verifier.Error;

        // Last, because it changes state.
        var ended = await resets.TryRedeemAsync(
            hash, user.UserId, user.SecurityStamp, verifier.Value, SessionEndReasons.PasswordReset, context.Now, ends.WriteNoticesAsync,
            cancellationToken);
        if (ended is null)
            return Refused(Reasons.ResetTokenUsed);
        await ends.AnnouncePasswordAsync(AuditTypes.PasswordReset, user.UserId, sessionId: null, detail: null, context);
        await ends.AnnounceAsync(ended, SessionEndReasons.PasswordReset, context);
        return null;
    }

    private static Refusal Refused(string reason) =>
        new(RefusalKind.InvalidGrant, "The token is invalid, used or expired.", reason, $"refused: {reason}");
}
