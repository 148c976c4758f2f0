using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication;

/// <summary>Whether a user is blocked: by an administrator, or by too many failures at one address or from anywhere.</summary>
/// <param name="FailedAttempts">
/// Wrong guesses of every kind (<see cref="AttemptKind.OfAccounts"/>) of the last hour, under any name and from anywhere.
/// </param>
/// <param name="BlockedUntil">The latest end of these blocks. Null while not blocked, and for a block without an end.</param>
internal sealed record UserBlock(Guid UserId, string UserName, bool IsBlocked, int FailedAttempts, DateTimeOffset? BlockedUntil);

/// <summary>Blocks of users: an administrator's holds on every path, and for everything that was issued. ASSURANCE B2.</summary>
internal sealed class UserBlocks(UserDirectory users, AttemptGuard attempts, OtpSendLimits sends, AuditTrail audit)
{
    /// <summary>The end of a block that has none.</summary>
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Null when there is no such user; the same statements in either case.</summary>
    /// <param name="identifier">User name, e-mail address or phone number.</param>
    public async Task<UserBlock?> FindAsync(string identifier, RequestContext context, CancellationToken cancellationToken)
    {
        var found = await users.FindCredentialAsync(identifier, cancellationToken);
        var account = AttemptSubject.Of(PasswordCheck.SubjectOf(identifier), found?.UserId).Counted;
        var guesses = new List<AttemptState>();
        foreach (var kind in AttemptKind.OfAccounts)
            guesses.Add(await attempts.PeekAsync(kind, account, context, cancellationToken));
        if (found is not { } user)
            return null;

        var byAdministrator = user.Status.LockedUntil is { } locked && locked > context.Now ? locked : (DateTimeOffset?)null;
        var until = guesses.Select(state => state.BlockedUntil).Append(byAdministrator).Max();
        return new UserBlock(
            user.UserId, user.UserName, until is not null, guesses.Sum(state => state.Attempts), until == Never ? null : until);
    }

    /// <summary>Blocks a user.</summary>
    /// <param name="until">Null: until the user is unblocked.</param>
    public async Task BlockAsync(Guid userId, DateTimeOffset? until, RequestContext context, CancellationToken cancellationToken)
    {
        await users.BlockAsync(userId, until ?? Never, cancellationToken);
        await audit.WriteAsync(context, AuditTypes.UserBlocked, userId);
    }

    /// <summary>
    /// Unblocks a user, and forgets what was guessed of them, passwords and one-time passwords, under whichever of their names and from
    /// whichever address, and how many codes they have been sent.
    /// </summary>
    public async Task UnblockAsync(Guid userId, RequestContext context, CancellationToken cancellationToken)
    {
        await users.BlockAsync(userId, null, cancellationToken);
        await ForgetGuessesAsync(userId, context, cancellationToken);
        await audit.WriteAsync(context, AuditTypes.UserUnblocked, userId);
    }

    /// <summary>The same inside a transaction that does more, and has the audit row.</summary>
    /// <inheritdoc cref="BlockAsync(Guid, DateTimeOffset?, RequestContext, CancellationToken)"/>
    public static Task BlockAsync(SqlTransaction transaction, Guid userId, DateTimeOffset? until, CancellationToken cancellationToken) =>
        UserDirectory.BlockAsync(transaction, userId, until ?? Never, cancellationToken);

    /// <summary>Forgets what was guessed of a user, and how many codes they have been sent.</summary>
    public async Task ForgetGuessesAsync(Guid userId, RequestContext context, CancellationToken cancellationToken)
    {
        if (await users.FindProfileAsync(userId, cancellationToken) is not { } user)
            return;
        await ForgetAsync(AttemptSubject.AccountOf(userId), context, cancellationToken);
        foreach (var identifier in new[] { user.UserName, user.Email, user.PhoneNumber }.OfType<string>())
        {
            await ForgetAsync(PasswordCheck.SubjectOf(identifier), context, cancellationToken);
            if (OtpAddress.Of(identifier) is { } address)
                await sends.ForgetAsync(address.Key, cancellationToken);
        }
    }

    private async Task ForgetAsync(string subject, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (var kind in AttemptKind.OfAccounts)
            await attempts.ForgetAsync(kind, subject, context, cancellationToken);
    }
}
