using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions.Logout;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>What came of a change, and what another user has already where that was in its way.</summary>
internal sealed record AccountChanged(AccountChangeResult Result, AccountConflicts? Conflicts)
{
    /// <summary>The attribute whose value another user has; null where it is something else.</summary>
    public string? TakenAttribute { get; init; }
}

/// <summary>An application changes an account. With a new password every other session of the account ends. ASSURANCE S3.</summary>
internal sealed class AccountChange(
    ClientAccountStore accounts, NewPasswords passwords, LogoutNotices notices, SessionEnd ends, AuditTrail audit)
{
    /// <param name="sessionId">The session in which the account is changed; it goes on.</param>
    /// <param name="change">The account as it is to be; null refuses the change.</param>
    /// <param name="attributes">What becomes of attributes that the configuration defines.</param>
    /// <param name="password">Null: stays.</param>
    public async Task<Outcome<AccountChanged>> HandleAsync(
        Guid userId, Guid sessionId, Func<StoredClientAccount, StoredClientAccount?> change, IReadOnlyList<AttributeChange> attributes,
        string? password, RequestContext context, CancellationToken cancellationToken)
    {
        NewAccountPassword? newPassword = null;
        if (password is not null)
        {
            var hash = await passwords.HashAsync(password);
            if (!hash.Succeeded)
                return hash.Error;
            newPassword = new NewAccountPassword(hash.Value, sessionId, SessionEndReasons.PasswordChanged, notices.WriteAsync);
        }

        var changed = await accounts.ChangeAsync(userId, change, attributes, newPassword, context.Now, cancellationToken);
        if (changed.Result == AccountChangeResult.Taken)
        {
            var conflicts = await accounts.FindConflictsAsync(
                userId, changed.Account!.Email, changed.Account.PhoneNumber, isNew: false, cancellationToken);
            return new AccountChanged(changed.Result, conflicts);
        }

        if (changed.Result == AccountChangeResult.Changed)
        {
            await audit.WriteAsync(context, AuditTypes.ProfileChanged, userId, sessionId);
            if (newPassword is not null)
                await audit.WriteAsync(context, AuditTypes.PasswordChanged, userId, sessionId);
            await ends.AnnounceAsync(changed.Ended, SessionEndReasons.PasswordChanged, context);
        }

        return new AccountChanged(changed.Result, null) { TakenAttribute = changed.TakenAttribute };
    }
}
