using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Storage.Sessions;

/// <summary>A session that was just ended, and the clients that have got something in it.</summary>
public sealed record EndedSession(Guid SessionId, Guid UserId, IReadOnlyList<string> ClientIds);

/// <summary>A login as its user sees it in the list of their logins.</summary>
public sealed record ListedSession(
    Guid Id, string Endpoint, string? ClientId, bool IsBrowser, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? IpAddress,
    string? UserAgent)
{
    /// <summary>User name of the user who logged in there and acts as this user; null where it is this user.</summary>
    public string? AssumedBy { get; init; }
}

/// <summary>What is done in the transaction that ends sessions, e.g. the messages about it.</summary>
public delegate Task SessionsEndedCallback(
    SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken);

/// <summary>Logins. What belongs to a session ends with it, because every read of a token joins its session.</summary>
public sealed class SessionStore(HubDatabase database)
{
    // Only for a user whose password is still the one that was checked, and who may log in: a login that races a change of password, or
    // the end of the account, does not survive it, and does not revive when the user is enabled again.
    private const string InsertSql =
        """
        INSERT INTO sessions (id, handle_hash, user_id, effective_user_id, effective_organization_id, parent_id, endpoint, client_id,
                              authenticated_at, authentication_methods, created_at, last_seen_at, expires_at, ip_address, user_agent,
                              handle_expires_at, is_persistent, handle_idle_seconds, has_remembered_factor)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $19, $20
        FROM users WHERE id = $3 AND COALESCE(security_stamp, '') = $18 AND disabled_at IS NULL
        """;

    // What a client has got may live until then, so its session has to.
    private const string HoldSql =
        """
        UPDATE sessions SET expires_at = CASE WHEN expires_at < $1 THEN $1 ELSE expires_at END
        WHERE id = $2 AND user_id = $3 AND ended_at IS NULL AND expires_at > $4
        """;

    private const string NoteClientSql =
        "INSERT INTO session_clients (session_id, client_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (session_id, "
            + "client_id) DO NOTHING";

    private const string EndSql =
        "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE id = $3 AND ended_at IS NULL RETURNING id, user_id, client_id";

    private const string EndOfUserSql =
        "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE id = $3 AND user_id = $4 AND ended_at IS NULL RETURNING id, "
            + "user_id, client_id";

    // In the order of their ids, as every transaction locks several sessions.
    private const string LockAllOfUserSql = "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id";

    private const string EndAllOfUserSql =
        "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE user_id = $3 AND id <> $4 AND ended_at IS NULL RETURNING id, "
            + "user_id, client_id";

    // Those too that have outlived the logout of their session.
    private const string RevokeFamiliesSql =
        "UPDATE refresh_token_families SET revoked_at = $1, revoke_reason = $2 WHERE user_id = $3 AND session_id <> $4 AND "
            + "revoked_at IS NULL";

    // Changes nothing, and keeps logins and clones of the user waiting until the transaction ends.
    private const string HoldUserSql = "UPDATE users SET concurrency_stamp = concurrency_stamp WHERE id = $1";

    // Live, and the user's own: who acts as another user changes nothing of theirs.
    private const string OwnSql =
        """
        SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.effective_user_id = $2 AND s.ended_at IS NULL AND u.disabled_at IS NULL
        """;

    private const string ErasedSql = "SELECT user_id FROM client_accounts WHERE user_id = $1 AND deleted_at IS NOT NULL";

    private const string ClientsSql = "SELECT client_id FROM session_clients WHERE session_id = $1 ORDER BY client_id";

    private const string ListSql =
        """
        SELECT id, endpoint, client_id, handle_hash IS NOT NULL AS is_browser, created_at, last_seen_at, ip_address, user_agent, NULL AS assumed_by
        FROM sessions
        WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND (handle_hash IS NULL OR handle_expires_at > $2)
        UNION ALL
        SELECT s.id, s.endpoint, s.client_id, s.handle_hash IS NOT NULL, s.created_at, s.last_seen_at, s.ip_address, s.user_agent, u.user_name
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.effective_user_id = $1 AND s.effective_user_id <> s.user_id AND s.ended_at IS NULL AND s.expires_at > $2 AND s.handle_expires_at > $2
        ORDER BY last_seen_at DESC, id LIMIT $3
        """;

    /// <summary>Starts a login, with its refresh family where it has one: both or neither.</summary>
    /// <param name="securityStamp">The user's, as it was when the password was checked.</param>
    /// <returns>False when it has changed since: nothing was started.</returns>
    public Task<bool> TryStartAsync(
        Session session, string securityStamp, RefreshTokenFamily? family, RefreshToken? token, CancellationToken cancellationToken) =>
        database.RunAsync(
            session.UserId,
            async transaction =>
            {
                if (!await TryInsertAsync(transaction, database.ShareRowsSql, session, securityStamp, cancellationToken))
                    return false;
                if (family is not null)
                    await RefreshTokenStore.InsertFamilyAsync(transaction, family, token, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Ends one session before its time.</summary>
    /// <param name="onEnded">Done in the same transaction; null for nothing.</param>
    /// <returns>Null when there is no such live session.</returns>
    public Task<EndedSession?> EndAsync(
        Guid sessionId, string reason, DateTimeOffset now, SessionsEndedCallback? onEnded, CancellationToken cancellationToken) =>
        database.RunAsync(
            sessionId,
            transaction =>
                EndAsync(transaction, transaction.Call(EndSql).With(now).With(reason).With(sessionId), onEnded, cancellationToken),
            cancellationToken);

    /// <summary>Ends one session of this user, and of no other.</summary>
    /// <param name="onEnded">Done in the same transaction; null for nothing.</param>
    /// <returns>Null when the user has no such live session.</returns>
    public Task<EndedSession?> EndOfUserAsync(
        Guid userId, Guid sessionId, string reason, DateTimeOffset now, SessionsEndedCallback? onEnded,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            sessionId,
            transaction =>
                EndAsync(
                    transaction, transaction.Call(EndOfUserSql).With(now).With(reason).With(sessionId).With(userId), onEnded,
                    cancellationToken),
            cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<EndedSession?> EndOfUserAsync(
        SqlTransaction transaction, Guid userId, Guid sessionId, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var end = transaction.Call(EndOfUserSql).With(now).With(reason).With(sessionId).With(userId);
        return await DescribeAsync(transaction, await end.ListAsync(Read, cancellationToken), cancellationToken) is [var ended]
            ? ended
            : null;
    }

    private static async Task<EndedSession?> EndAsync(
        SqlTransaction transaction, Sql.SqlCall end, SessionsEndedCallback? onEnded, CancellationToken cancellationToken)
    {
        var ended = await DescribeAsync(transaction, await end.ListAsync(Read, cancellationToken), cancellationToken);
        if (ended.Count == 0)
            return null;
        if (onEnded is not null)
            await onEnded(transaction, ended, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ended[0];
    }

    /// <summary>
    /// Ends every session in which the user is the one who logged in, but one, with all that was granted in them, <c>offline_access</c>
    /// included, and whatever the user has agreed to that was not collected yet, in whichever session. Remembered browsers are forgotten.
    /// </summary>
    /// <param name="except">The session that stays; null for none.</param>
    /// <param name="onEnded">Done in the same transaction, also where no session was live; null for nothing.</param>
    public Task<IReadOnlyList<EndedSession>> EndAllOfUserAsync(
        Guid userId, Guid? except, string reason, DateTimeOffset now, SessionsEndedCallback? onEnded,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                await HoldUserAsync(transaction, userId, cancellationToken);
                var ended = await EndAllOfUserAsync(transaction, userId, except, reason, now, cancellationToken);
                if (onEnded is not null)
                    await onEnded(transaction, ended, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ended;
            },
            cancellationToken);

    /// <summary>
    /// Makes logins and clones of the user, and others that end all of the user's sessions or change their factors, wait until the
    /// transaction ends.
    /// </summary>
    internal static Task HoldUserAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Call(HoldUserSql).With(userId).ExecuteAsync(cancellationToken);

    /// <summary>
    /// The same for a change that writes something of the user under their id. An erasure that has come first leaves it nothing to change:
    /// the look follows the wait, in a statement of its own.
    /// </summary>
    /// <returns>False when there is no such user, or the account is erased.</returns>
    public static async Task<bool> TryHoldUserAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        await transaction.Call(HoldUserSql).With(userId).ExecuteAsync(cancellationToken) == 1
        && await transaction.Call(ErasedSql).With(userId).ListAsync(static row => row.Guid(), cancellationToken) is [];

    /// <summary>
    /// The same for a change of credentials that a session asks for, which is looked at again: an undo or a sign-out everywhere that has
    /// come first leaves it nothing to change.
    /// </summary>
    /// <returns>False when the session has ended, or is not the user's own.</returns>
    internal static async Task<bool> TryHoldOwnAsync(
        SqlTransaction transaction, Guid userId, Guid sessionId, CancellationToken cancellationToken)
    {
        await HoldUserAsync(transaction, userId, cancellationToken);
        return await transaction.Call(OwnSql).With(sessionId).With(userId).ListAsync(static row => row.Guid(), cancellationToken) is [_];
    }

    /// <summary>
    /// Ends every session of the user but one inside a transaction that does more, and has changed the user's row before: a change of the
    /// password.
    /// </summary>
    public static async Task<IReadOnlyList<EndedSession>> EndAllOfUserAsync(
        SqlTransaction transaction, Guid userId, Guid? except, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Sessions before the codes that belong to them: the order in which a code is issued.
        await transaction
            .Call(LockAllOfUserSql + transaction.LockRowsSql)
            .With(userId)
            .ListAsync(static row => row.Guid(), cancellationToken);
        await PendingGrants.EndAsync(transaction, userId, clientId: null, now, cancellationToken);
        var ended = await transaction
            .Call(EndAllOfUserSql)
            .With(now)
            .With(reason)
            .With(userId)
            .With(except ?? Guid.Empty)
            .ListAsync(Read, cancellationToken);
        await RememberedBrowserStore.ForgetAllAsync(transaction, userId, cancellationToken);
        await transaction
            .Call(RevokeFamiliesSql)
            .With(now)
            .With(reason)
            .With(userId)
            .With(except ?? Guid.Empty)
            .ExecuteAsync(cancellationToken);
        return await DescribeAsync(transaction, ended, cancellationToken);
    }

    /// <summary>The live logins of a user, and those in which another user acts as them; the one seen last first.</summary>
    /// <param name="most">No more than these.</param>
    public Task<List<ListedSession>> ListOfUserAsync(Guid userId, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        ListOfUserAsync(database.Call, userId, now, most, cancellationToken);

    /// <summary>The same from the database or inside a transaction.</summary>
    public static Task<List<ListedSession>> ListOfUserAsync(
        Func<string, Sql.SqlCall> call, Guid userId, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        call(ListSql).With(userId).With(now).With(most).ListAsync(
            static row => new ListedSession(
                row.Guid("id"),
                row.Text("endpoint"),
                row.TextOrNull("client_id"),
                row.Bool("is_browser"),
                row.Time("created_at"),
                row.Time("last_seen_at"),
                row.TextOrNull("ip_address"),
                row.TextOrNull("user_agent"))
            {
                AssumedBy = row.TextOrNull("assumed_by"),
            },
            cancellationToken);

    internal static async Task<bool> TryInsertAsync(
        SqlTransaction transaction, string shareRowsSql, Session session, string securityStamp, CancellationToken cancellationToken) =>
        await transaction.Call(InsertSql + shareRowsSql)
            .With(session.Id)
            .With(session.HandleHash)
            .With(session.UserId)
            .With(session.EffectiveUserId)
            .With(session.EffectiveOrganizationId)
            .With(session.ParentId)
            .With(session.Endpoint)
            .With(session.ClientId)
            .With(session.AuthenticatedAt)
            .With(session.AuthenticationMethods)
            .With(session.CreatedAt).With(session.LastSeenAt).With(session.ExpiresAt).With(session.IpAddress).With(session.UserAgent)
            .With(session.HandleExpiresAt).With(session.IsPersistent).With(securityStamp).With(session.HandleIdleSeconds)
            .With(session.HasRememberedFactor)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>Locks a session that has not ended, and extends it to the lifetime of what a client is about to get in it.</summary>
    /// <returns>False when it has ended.</returns>
    internal static async Task<bool> TryHoldAsync(
        SqlTransaction transaction, Guid sessionId, Guid userId, DateTimeOffset tokensEndAt, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        await transaction.Call(HoldSql).With(tokensEndAt).With(sessionId).With(userId).With(now).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Notes that a client has got something in a session that is locked, or new.</summary>
    internal static Task NoteClientAsync(
        SqlTransaction transaction, Guid sessionId, string clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(NoteClientSql).With(sessionId).With(clientId).With(now).ExecuteAsync(cancellationToken);

    internal static async Task<IReadOnlyList<EndedSession>> DescribeAsync(
        SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken)
    {
        var described = new List<EndedSession>(ended.Count);
        foreach (var session in ended)
        {
            var clients = await transaction.Call(ClientsSql).With(session.SessionId).ListAsync(static row => row.Text(), cancellationToken);
            described.Add(session with { ClientIds = [.. clients.Union(session.ClientIds, StringComparer.Ordinal)] });
        }

        return described;
    }

    internal static EndedSession Read(Sql.Row row) =>
        new(row.Guid("id"), row.Guid("user_id"), row.TextOrNull("client_id") is { } client ? [client] : []);
}
