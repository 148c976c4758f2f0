using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// The token of a reset mail sets a password, once. It ends when it expires, when a newer one is made, and at any other change of the
/// password. ASSURANCE R6.
/// </summary>
internal sealed class PasswordResetting(
    PasswordResetStore resets, UserDirectory users, NewPasswords newPasswords, SessionEnd ends, SecurityNotices notices)
{
    /// <summary>Null when the password was set; every session of the user has ended then.</summary>
    /// <param name="userName">User name, e-mail address or phone number of the token's user; a wrong one does not use up the token.</param>
    public async Task<Refusal?> ResetAsync(
        string token, string userName, SentPassword wanted, RequestContext context, CancellationToken cancellationToken)
    {
        if (newPasswords.RefusalOf(wanted, userName) is { } refusal)
            return refusal;

        // The token is checked first: without a valid one, neither the answer nor its timing tells anything about names.
        if (!OpaqueToken.IsWellFormed(token, OpaqueTokenType.PasswordReset))
            return Refused(Reasons.ResetTokenMalformed);
        if (await resets.FindAsync(TokenHash.Of(token), cancellationToken) is not { } reset)
            return Refused(Reasons.ResetTokenUnknown);
        return await users.FindCredentialAsync(userName, cancellationToken) is { } user
            ? await RedeemAsync(token, reset, user, wanted, context, cancellationToken)
            : Refused(Reasons.UserUnknown);
    }

    /// <summary>The same for a page that shows whose token it is.</summary>
    public async Task<Refusal?> ResetAsync(string token, string password, RequestContext context, CancellationToken cancellationToken)
    {
        var found = await FindAsync(token, cancellationToken);
        if (!found.Succeeded)
            return found.Error;
        var (reset, user) = (found.Value.Reset, found.Value.User);
        var profile = await users.FindProfileAsync(user.UserId, cancellationToken);
        return newPasswords.RefusalOfChosen(password, user.UserName, profile?.Email)
            ?? await RedeemAsync(token, reset, user, new SentPassword(password, IsHash: false), context, cancellationToken);
    }

    /// <summary>User name of the token's user; the refusal when the token sets no password any more. Changes nothing.</summary>
    public async Task<Outcome<string>> FindUserNameAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await FindAsync(token, cancellationToken);
        if (!found.Succeeded)
            return found.Error;
        return RefusalOf(found.Value.Reset, found.Value.User, now) is { } bad ? Refused(bad) : found.Value.User.UserName;
    }

    private async Task<Outcome<FoundReset>> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!OpaqueToken.IsWellFormed(token, OpaqueTokenType.PasswordReset))
            return Refused(Reasons.ResetTokenMalformed);
        if (await resets.FindAsync(TokenHash.Of(token), cancellationToken) is not { } reset)
            return Refused(Reasons.ResetTokenUnknown);
        return await users.FindCredentialAsync(reset.UserId, cancellationToken) is { } user
            ? new FoundReset(reset, user)
            : Refused(Reasons.UserUnknown);
    }

    private static string? RefusalOf(StoredReset reset, StoredCredential user, DateTimeOffset now) =>
        reset.Refusal(user.UserId, user.SecurityStamp, now) ?? user.Status.GetDenialReason(now);

    private async Task<Refusal?> RedeemAsync(
        string token, StoredReset reset, StoredCredential user, SentPassword wanted, RequestContext context,
        CancellationToken cancellationToken)
    {
        if (RefusalOf(reset, user, context.Now) is { } bad)
            return Refused(bad);
        if (newPasswords.RefusalOf(wanted, user.UserName) is { } refusal)
            return refusal;
        var verifier = await newPasswords.HashAsync(wanted);
        if (!verifier.Succeeded)
            return verifier.Error;

        // Last, because it changes state.
        var ended = await resets.TryRedeemAsync(
            TokenHash.Of(token), user.UserId, user.SecurityStamp, verifier.Value, SessionEndReasons.PasswordReset, context.Now,
            (transaction, ct) => notices.AddAsync(transaction, user.UserId, SecurityNotice.PasswordChanged, context, ct),
            ends.WriteNoticesAsync, cancellationToken);
        if (ended is null)
            return Refused(Reasons.ResetTokenUsed);
        await ends.AnnouncePasswordAsync(AuditTypes.PasswordReset, user.UserId, sessionId: null, detail: null, context);
        await ends.AnnounceAsync(ended, SessionEndReasons.PasswordReset, context);
        return null;
    }

    private static Refusal Refused(string reason) =>
        new(RefusalKind.InvalidGrant, "The token is invalid, used or expired.", reason, $"refused: {reason}");

    private sealed record FoundReset(StoredReset Reset, StoredCredential User);
}
