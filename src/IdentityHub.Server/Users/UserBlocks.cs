using IdentityHub.Server.Audit;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Users;

/// <summary>Whether a user is blocked, by an administrator or by too many failures.</summary>
/// <param name="FailedAttempts">Since the last success, from anywhere.</param>
/// <param name="BlockedUntil">Null while not blocked, and for a block without an end.</param>
internal sealed record UserBlock(Guid UserId, string UserName, bool IsBlocked, int FailedAttempts, DateTimeOffset? BlockedUntil);

/// <summary>Blocks of users: an administrator's holds on every path, and for everything that was issued. ASSURANCE B2.</summary>
internal sealed class UserBlocks(UserDirectory users, AttemptGuard attempts, AuditTrail audit)
{
    /// <summary>The end of a block that has none.</summary>
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Null when there is no such user; the same statements in either case.</summary>
    /// <param name="identifier">User name, e-mail address or phone number.</param>
    public async Task<UserBlock?> FindAsync(string identifier, Call call, CancellationToken cancellationToken)
    {
        var found = await users.FindCredentialAsync(identifier, cancellationToken);
        var tried = await attempts.PeekAsync(PasswordCheck.AttemptKind, PasswordCheck.SubjectOf(identifier), call, cancellationToken);
        if (found is not { } user)
            return null;

        var byAdministrator = user.Standing.LockedUntil is { } locked && locked > call.Now ? locked : (DateTimeOffset?)null;
        var byFailures = tried is { LetThrough: false } ? tried.BlockedUntil : null;
        var until = byAdministrator > byFailures || byFailures is null ? byAdministrator : byFailures;
        return new UserBlock(user.UserId, user.UserName, until is not null, tried?.Attempts ?? 0, until == Never ? null : until);
    }

    /// <summary>Blocks a user.</summary>
    /// <param name="until">Null: until he is unblocked.</param>
    public async Task BlockAsync(Guid userId, DateTimeOffset? until, Call call, CancellationToken cancellationToken)
    {
        await users.BlockAsync(userId, until ?? Never, cancellationToken);
        await audit.WriteAsync(call, AuditTypes.UserBlocked, userId);
    }

    /// <summary>Unblocks a user, and forgets his failures, under whichever of his names they were.</summary>
    public async Task UnblockAsync(Guid userId, Call call, CancellationToken cancellationToken)
    {
        await users.BlockAsync(userId, null, cancellationToken);
        if (await users.FindProfileAsync(userId, cancellationToken) is { } user)
        {
            foreach (var identifier in new[] { user.UserName, user.Email, user.PhoneNumber }.OfType<string>())
                await attempts.ForgetAsync(PasswordCheck.AttemptKind, PasswordCheck.SubjectOf(identifier), call, cancellationToken);
        }

        await audit.WriteAsync(call, AuditTypes.UserUnblocked, userId);
    }
}
