using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Sessions;

/// <summary>A browser session as its cookie names it, with its user.</summary>
/// <param name="HandleExpiresAt">Absolute end of the cookie.</param>
/// <param name="DisplayName">What the user is greeted with.</param>
public sealed record StoredBrowserSession(
    Guid Id,
    Guid UserId,
    DateTimeOffset AuthenticatedAt,
    string AuthenticationMethods,
    DateTimeOffset LastSeenAt,
    DateTimeOffset HandleExpiresAt,
    bool IsPersistent,
    string UserName,
    string DisplayName,
    string? OrganizationId,
    string SecurityStamp,
    AccountStatus User)
{
    /// <summary>True while the user has a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <inheritdoc cref="Session.HasRememberedFactor"/>
    public bool HasRememberedFactor { get; init; }
}

/// <summary>Whose session a cookie names.</summary>
public sealed record SessionOwner(Guid SessionId, Guid UserId);

/// <summary>Sessions of browsers, found by the hash of their cookie.</summary>
public sealed class BrowserSessionStore(HubDatabase database)
{
    private const string FindSql =
        $"""
        SELECT s.id, s.user_id, s.authenticated_at, s.authentication_methods, s.last_seen_at, s.handle_expires_at, s.is_persistent,
               u.user_name, u.given_name, u.family_name, s.effective_organization_id, COALESCE(u.security_stamp, '') AS security_stamp,
               u.two_factor_enabled, s.has_remembered_factor, {AccountStatus.Columns}
        FROM sessions s
        JOIN users u ON u.id = s.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE s.handle_hash = $1 AND s.ended_at IS NULL AND s.handle_expires_at > $2
        """;

    private const string IsHandleOfSql = "SELECT 1 FROM sessions WHERE handle_hash = $1 AND id = $2 AND ended_at IS NULL";

    private const string FindOwnerSql = "SELECT id, user_id FROM sessions WHERE handle_hash = $1 AND ended_at IS NULL";

    private const string TouchSql = "UPDATE sessions SET last_seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND last_seen_at < $1";

    // The same session under a new handle: only while it has not ended and is that user's, and the user's credentials are those that were
    // checked.
    private const string RenewSql =
        """
        UPDATE sessions SET handle_hash = $1, authenticated_at = $2, authentication_methods = $3, last_seen_at = $2, handle_expires_at = $4,
                            is_persistent = $5, ip_address = $6, user_agent = $7, has_remembered_factor = $11,
                            expires_at = CASE WHEN expires_at < $4 THEN $4 ELSE expires_at END
        WHERE id = $8 AND user_id = $9 AND ended_at IS NULL
          AND EXISTS (SELECT 1 FROM users WHERE users.id = $9 AND COALESCE(users.security_stamp, '') = $10)
        """;

    /// <summary>The live session of a cookie; null when there is none. Idle time is the caller's rule.</summary>
    public Task<StoredBrowserSession?> FindAsync(byte[] handleHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(handleHash).With(now).FirstOrNullAsync(
            static row => new StoredBrowserSession(
                row.Guid("id"),
                row.Guid("user_id"),
                row.Time("authenticated_at"),
                row.Text("authentication_methods"),
                row.Time("last_seen_at"),
                row.Time("handle_expires_at"),
                row.Bool("is_persistent"),
                row.Text("user_name"),
                PersonName.Of(row.TextOrNull("given_name"), row.TextOrNull("family_name")) ?? row.Text("user_name"),
                row.TextOrNull("effective_organization_id"),
                row.Text("security_stamp"),
                AccountStatus.Read(row))
            {
                HasSecondFactor = row.Bool("two_factor_enabled"),
                HasRememberedFactor = row.Bool("has_remembered_factor"),
            },
            cancellationToken);

    /// <summary>True when the cookie is that of this session, which has not ended; it may be past its time.</summary>
    public async Task<bool> IsHandleOfAsync(byte[] handleHash, Guid sessionId, CancellationToken cancellationToken) =>
        await database.Call(IsHandleOfSql).With(handleHash).With(sessionId).ListAsync(static row => row.Int(), cancellationToken) is [_];

    /// <summary>Whose session a cookie names that has not ended; it may be past its time. Null when there is none.</summary>
    public Task<SessionOwner?> FindOwnerAsync(byte[] handleHash, CancellationToken cancellationToken) =>
        database
            .Call(FindOwnerSql)
            .With(handleHash)
            .FirstOrNullAsync(static row => new SessionOwner(row.Guid("id"), row.Guid("user_id")), cancellationToken);

    /// <summary>Notes that the browser was seen.</summary>
    public Task TouchAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(TouchSql).With(now).With(sessionId).ExecuteAsync(cancellationToken);

    /// <summary>The user of a session has proven their identity again: the session continues under a new handle.</summary>
    /// <param name="session">Its id, user, new handle and times.</param>
    /// <param name="securityStamp">The user's, as it was when the password was checked.</param>
    /// <returns>False when the session has ended, or the credentials have changed: nothing was changed.</returns>
    public Task<bool> TryRenewAsync(Session session, string securityStamp, CancellationToken cancellationToken) =>
        TryRenewAsync(database.Call(RenewSql), session, securityStamp, cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    internal static Task<bool> TryRenewAsync(
        SqlTransaction transaction, Session session, string securityStamp, CancellationToken cancellationToken) =>
        TryRenewAsync(transaction.Call(RenewSql), session, securityStamp, cancellationToken);

    private static async Task<bool> TryRenewAsync(
        Sql.SqlCall renew, Session session, string securityStamp, CancellationToken cancellationToken) =>
        await renew
            .With(session.HandleHash).With(session.AuthenticatedAt).With(session.AuthenticationMethods).With(session.HandleExpiresAt)
            .With(session.IsPersistent)
            .With(session.IpAddress)
            .With(session.UserAgent)
            .With(session.Id)
            .With(session.UserId)
            .With(securityStamp)
            .With(session.HasRememberedFactor)
            .ExecuteAsync(cancellationToken) == 1;
}
