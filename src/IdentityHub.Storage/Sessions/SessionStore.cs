using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Storage.Sessions;

/// <summary>Logins. What hangs on a session dies with it, because every read of a token joins its session.</summary>
public sealed class SessionStore(HubDatabase database)
{
    // Only for a user whose password is still the one that was checked: a login that races a change of password does not survive it.
    private const string InsertSql =
        """
        INSERT INTO sessions (id, handle_hash, user_id, effective_user_id, effective_organization_id, parent_id, door, client_id,
                              authenticated_at, authentication_methods, created_at, last_seen_at, expires_at, ip_address, user_agent)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
        FROM users WHERE id = $3 AND COALESCE(security_stamp, '') = $16
        """;

    private const string EndSql =
        "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE id = $3 AND ended_at IS NULL";

    private const string EndAllOfUserSql =
        "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE user_id = $3 AND ended_at IS NULL";

    /// <summary>Starts a login, with its refresh family where it has one: both or neither.</summary>
    /// <param name="securityStamp">The user's, as it was when the password was checked.</param>
    /// <returns>False when it has changed since: nothing was started.</returns>
    public async Task<bool> TryStartAsync(Session session, string securityStamp, RefreshTokenFamily? family, RefreshToken? token, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        var started = await transaction.Call(InsertSql + database.ShareRowsSql)
            .With(session.Id).With(session.HandleHash).With(session.UserId).With(session.EffectiveUserId).With(session.EffectiveOrganizationId)
            .With(session.ParentId).With(session.Door).With(session.ClientId).With(session.AuthenticatedAt).With(session.AuthenticationMethods)
            .With(session.CreatedAt).With(session.LastSeenAt).With(session.ExpiresAt).With(session.IpAddress).With(session.UserAgent)
            .With(securityStamp)
            .ExecuteAsync(cancellationToken);
        if (started != 1)
            return false;
        if (family is not null && token is not null)
            await RefreshTokenStore.InsertFamilyAsync(transaction, family, token, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends one session before its time.</summary>
    /// <returns>False when there is no such live session.</returns>
    public async Task<bool> TryEndAsync(Guid sessionId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(EndSql).With(now).With(reason).With(sessionId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Ends every session in which the user is the one who logged in.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> EndAllOfUserAsync(Guid userId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(EndAllOfUserSql).With(now).With(reason).With(userId).ExecuteAsync(cancellationToken);
}
