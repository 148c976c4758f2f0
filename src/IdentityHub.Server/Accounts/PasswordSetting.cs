using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Sets a password from a login session. Users prove that they know their old password; administrators send their own password again.
/// All other sessions of the user and their refresh tokens end in the same transaction. Refused while another identity is assumed.
/// ASSURANCE S2, S3.
/// </summary>
internal sealed class PasswordSetting(
    PasswordCheck passwords, NewPasswords newPasswords, CredentialStore credentials, UserDirectory users, SessionEnd ends,
    SecurityNotices notices)
{
    /// <summary>Sets the user's own password. The current session goes on.</summary>
    /// <returns>The refusal: of the policy, or of the old password in the words of a login.</returns>
    public async Task<Refusal?> ChangeAsync(
        StoredLoginSession session, SentPassword old, SentPassword wanted, RequestContext context, CancellationToken cancellationToken)
    {
        if (newPasswords.RefusalOf(wanted, session.UserName) is { } refusal)
            return refusal;
        if (wanted == old)
            return Refusal.InvalidRequest("The new password is the old one.", Reasons.PasswordUnchanged);

        var user = await passwords.ProveAsync(session.UserId, session.UserName, old, context, cancellationToken);
        if (!user.Succeeded)
            return user.Error;
        return await SetAsync(
            user.Value.UserId, user.Value.SecurityStamp, wanted, new KeptSession(session.Id, user.Value.Methods), context,
            cancellationToken);
    }

    /// <summary>
    /// Sets the password of another user. The caller must have the right to do so (<see cref="CallerRights.RuleAsync"/>). Every session of
    /// that user ends.
    /// </summary>
    /// <param name="own">The administrator's own password.</param>
    public async Task<Refusal?> ForceAsync(
        StoredLoginSession session, SentPassword own, Guid userId, SentPassword wanted, RequestContext context,
        CancellationToken cancellationToken)
    {
        var administrator = await passwords.ProveAsync(session.UserId, session.UserName, own, context, cancellationToken);
        if (!administrator.Succeeded)
            return administrator.Error;
        if (await users.FindCredentialAsync(userId, cancellationToken) is not { } user)
            return Refusal.InvalidCredentials(Reasons.UserUnknown, "no such user");
        if (newPasswords.RefusalOf(wanted, user.UserName) is { } refusal)
            return refusal;
        return await SetAsync(
            userId, user.SecurityStamp, wanted,
            userId == session.UserId ? new KeptSession(session.Id, administrator.Value.Methods) : null, context, cancellationToken,
            new SessionOwner(session.Id, session.UserId));
    }

    private async Task<Refusal?> SetAsync(
        Guid userId, string securityStamp, SentPassword wanted, KeptSession? kept, RequestContext context,
        CancellationToken cancellationToken, SessionOwner? administrator = null)
    {
        var hash = await newPasswords.HashAsync(wanted);
        if (!hash.Succeeded)
            return hash.Error;

        // Last, because it changes state.
        var ended = await credentials.TrySetPasswordAsync(
            userId, securityStamp, hash.Value, kept, administrator, SessionEndReasons.PasswordChanged, context.Now,
            async (transaction, sessions, ct) =>
            {
                await ends.WriteNoticesAsync(transaction, sessions, ct);
                await notices.AddAsync(transaction, userId, SecurityNotice.PasswordChanged, context, ct);
            },
            cancellationToken);
        if (ended is null)
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged,
                "the user's credentials were changed while they were being checked, or the session that asks has ended");
        await ends.AnnouncePasswordAsync(
            administrator is null ? AuditTypes.PasswordChanged : AuditTypes.PasswordForced, userId, kept?.Id,
            administrator is null ? null : $"by user {administrator.UserId}", context);
        await ends.AnnounceAsync(ended, SessionEndReasons.PasswordChanged, context);
        return null;
    }
}
