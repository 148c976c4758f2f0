using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Changes the user's own password. The old one is checked and counted as at a login. One transaction writes the new hash, ends all other
/// sessions of the user, and writes the notices to clients. The current session goes on under a new cookie. ASSURANCE S3.
/// </summary>
internal sealed class PasswordChange(
    PasswordCheck passwords, NewPasswords newPasswords, LoginPolicy policy, BrowserSessions sessions, UserDirectory users,
    CredentialStore credentials, SessionEnd ends, SecurityNotices notices, AuditTrail audit)
{
    /// <summary>Refused: by the policy, for a wrong old password (in the words of a login), or because too much goes on at once.</summary>
    public async Task<Outcome<StartedBrowserSession>> ChangeAsync(
        StoredBrowserSession session, string oldPassword, string newPassword, RequestContext context, CancellationToken cancellationToken)
    {
        var profile = await users.FindProfileAsync(session.UserId, cancellationToken);
        if (newPasswords.RefusalOfChosen(newPassword, session.UserName, profile?.Email) is { } refusal)
            return refusal;
        if (newPassword == oldPassword)
            return Refusal.InvalidRequest("The new password is the old one.", Reasons.PasswordUnchanged);

        var user = await passwords.ProveAsync(
            session.UserId, session.UserName, new SentPassword(oldPassword, IsHash: false), context, cancellationToken);
        if (!user.Succeeded)
            return user.Error;

        // The user may change the password, because the session's login has proven the second factor.
        var proven = AuthenticationContext.LevelOf(session.AuthenticationMethods) > 1
            ? user.Value.WithFactors(session.AuthenticationMethods)
            : user.Value;
        var login = await policy.AdmitAsync(proven, context, cancellationToken);
        if (!login.Succeeded)
            return login.Error;
        var hash = await newPasswords.HashAsync(newPassword);
        if (!hash.Succeeded)
            return hash.Error;

        // Last, because it changes state.
        // Only the password was proven now: under the new time the session names no second factor that is older.
        var (kept, started) = sessions.Renewed(session, login.Value, context);
        kept.AuthenticationMethods = user.Value.Methods;
        var ended = await credentials.TryChangePasswordAsync(
            login.Value.SecurityStamp, hash.Value, kept, SessionEndReasons.PasswordChanged, context.Now,
            async (transaction, sessions, ct) =>
            {
                await ends.WriteNoticesAsync(transaction, sessions, ct);
                await notices.AddAsync(transaction, session.UserId, SecurityNotice.PasswordChanged, context, ct);
            },
            cancellationToken);
        if (ended is null)
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged, "the user's credentials were changed while they were being checked, or the session has ended");
        await audit.WriteAsync(context, AuditTypes.PasswordChanged, session.UserId, session.Id);
        await ends.AnnounceAsync(ended, SessionEndReasons.PasswordChanged, context);
        return started;
    }
}
