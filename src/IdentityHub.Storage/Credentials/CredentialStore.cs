using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.Credentials;

/// <summary>A session that goes on after a change of its user's password.</summary>
/// <param name="Methods">How the user has just proven who they are; RFC 8176 §2, separated by blanks.</param>
public sealed record KeptSession(Guid Id, string Methods);

/// <summary>Changes credentials, together with what must not outlive the old ones.</summary>
public sealed class CredentialStore(HubDatabase database)
{
    private const string ChangePasswordSql =
        """
        UPDATE users SET password_hash = $1, security_stamp = $2, concurrency_stamp = $3
        WHERE id = $4 AND COALESCE(security_stamp, '') = $5
        """;

    // Includes the families of the session that continues: its browser gets new ones without being asked, and a thief of a token does not.
    private const string RevokeFamiliesSql =
        "UPDATE refresh_token_families SET revoked_at = $2, revoke_reason = $3 WHERE user_id = $1 AND revoked_at IS NULL";

    // Tokens that belong to the session alone, and to no refresh token, are as old as the password that was proven then. Under the new time
    // the session names no second factor that is older.
    private const string ProveAgainSql =
        """
        UPDATE sessions SET authenticated_at = $1, authentication_methods = $4, has_remembered_factor = FALSE
        WHERE id = $2 AND user_id = $3 AND ended_at IS NULL
        """;

    /// <summary>
    /// Gives a user another password and security stamp. Ends all their sessions but one, every refresh token, and what was issued before
    /// through the session that continues. All or nothing. ASSURANCE S3.
    /// </summary>
    /// <param name="securityStamp">The user's, as it was when it was decided.</param>
    /// <param name="kept">
    /// The session that continues. It is as old as this change, and names what was proven for it. Null for none.
    /// </param>
    /// <param name="by">The session of the administrator who asks for it; null when the user does.</param>
    /// <param name="onEnded">Done in the same transaction.</param>
    /// <returns>
    /// What was ended; null when the credentials have changed meanwhile, or the session that continues, or the one that asks, has ended:
    /// nothing was changed.
    /// </returns>
    public Task<IReadOnlyList<EndedSession>?> TrySetPasswordAsync(
        Guid userId, string securityStamp, string passwordHash, KeptSession? kept, SessionOwner? by, string reason, DateTimeOffset now,
        SessionsEndedCallback onEnded, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (by is not null && !await TryHoldBothAsync(transaction, userId, by, cancellationToken))
                    return null;
                var ended = await TrySetPasswordAsync(
                    transaction, userId, securityStamp, passwordHash, kept, reason, now, cancellationToken);
                if (ended is null)
                    return null;
                await onEnded(transaction, ended, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ended;
            },
            cancellationToken);

    // In the order of their ids: of two administrators who set each other's password, the second one waits.
    private static async Task<bool> TryHoldBothAsync(
        SqlTransaction transaction, Guid userId, SessionOwner by, CancellationToken cancellationToken)
    {
        if (userId.CompareTo(by.UserId) < 0)
            await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        return await SessionStore.TryHoldOwnAsync(transaction, by.UserId, by.SessionId, cancellationToken);
    }

    /// <summary>The same inside a transaction that does more.</summary>
    internal static async Task<IReadOnlyList<EndedSession>?> TrySetPasswordAsync(
        SqlTransaction transaction, Guid userId, string securityStamp, string passwordHash, KeptSession? kept, string reason,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = await transaction.Call(ChangePasswordSql)
            .With(passwordHash)
            .With(Guid.NewGuid().ToString("N"))
            .With(Guid.NewGuid().ToString())
            .With(userId)
            .With(securityStamp)
            .ExecuteAsync(cancellationToken);
        if (changed != 1)
            return null;
        var ended = await SessionStore.EndAllOfUserAsync(transaction, userId, kept?.Id, reason, now, cancellationToken);
        await RevokeFamiliesAsync(transaction, userId, reason, now, cancellationToken);

        // The session that asks may have been ended while the user's row was waited for.
        return kept is null
            || await transaction.Call(ProveAgainSql).With(now).With(kept.Id).With(userId).With(kept.Methods)
                .ExecuteAsync(cancellationToken) == 1
            ? ended
            : null;
    }

    /// <summary>
    /// Gives the user another password and security stamp. Ends all their sessions but one and every refresh token with its access tokens,
    /// and puts the one session under a new handle. All or nothing. ASSURANCE S3.
    /// </summary>
    /// <param name="securityStamp">The user's, as it was when the old password was checked.</param>
    /// <param name="kept">The session that continues: its id, user, new handle and times.</param>
    /// <param name="onEnded">Done in the same transaction.</param>
    /// <returns>What was ended; null when the credentials have changed meanwhile, or the session has ended: nothing was changed.</returns>
    public Task<IReadOnlyList<EndedSession>?> TryChangePasswordAsync(
        string securityStamp, string passwordHash, Session kept, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            kept.UserId,
            transaction => TryChangePasswordAsync(transaction, securityStamp, passwordHash, kept, reason, now, onEnded, cancellationToken),
            cancellationToken);

    private static async Task<IReadOnlyList<EndedSession>?> TryChangePasswordAsync(
        SqlTransaction transaction, string securityStamp, string passwordHash, Session kept, string reason, DateTimeOffset now,
        SessionsEndedCallback onEnded,
        CancellationToken cancellationToken)
    {
        var newStamp = Guid.NewGuid().ToString("N");
        var changed = await transaction.Call(ChangePasswordSql)
            .With(passwordHash)
            .With(newStamp)
            .With(Guid.NewGuid().ToString())
            .With(kept.UserId)
            .With(securityStamp)
            .ExecuteAsync(cancellationToken);
        if (changed != 1)
            return null;
        var ended = await SessionStore.EndAllOfUserAsync(transaction, kept.UserId, kept.Id, reason, now, cancellationToken);
        if (!await BrowserSessionStore.TryRenewAsync(transaction, kept, newStamp, cancellationToken))
            return null;
        await RevokeFamiliesAsync(transaction, kept.UserId, reason, now, cancellationToken);
        await onEnded(transaction, ended, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ended;
    }

    /// <summary>Revokes every refresh token of a user, with the access tokens that came by it.</summary>
    internal static Task RevokeFamiliesAsync(
        SqlTransaction transaction, Guid userId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(RevokeFamiliesSql).With(userId).With(now).With(reason).ExecuteAsync(cancellationToken);
}
