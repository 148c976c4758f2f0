using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Sessions;

/// <summary>
/// A login with all that decides what it may do at a moment: who logged in, as which user and in which organization it acts, and until
/// when.
/// </summary>
/// <param name="HomeOrganizationId">Of the user who logged in.</param>
/// <param name="ParentId">The session that it was cloned from.</param>
/// <param name="HandleExpiresAt">Absolute end of the LSID or cookie; null where tokens are the only handles.</param>
/// <param name="HandleIdleTimeout">An LSID that is not used for so long ends; null where another rule holds.</param>
/// <param name="HandleHash">SHA-256 of the LSID or cookie; null without one.</param>
/// <param name="EffectiveStatus">Of the user that it acts as; null when that user is gone.</param>
/// <param name="OrganizationDisabledAt">Of the organization that it acts in.</param>
public sealed record StoredLoginSession(
    Guid Id,
    Guid UserId,
    string UserName,
    string? HomeOrganizationId,
    Guid EffectiveUserId,
    string? EffectiveOrganizationId,
    Guid? ParentId,
    string AuthenticationMethods,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset SessionExpiresAt,
    DateTimeOffset? HandleExpiresAt,
    TimeSpan? HandleIdleTimeout,
    string? IpAddress,
    string? UserAgent,
    string SecurityStamp,
    AccountStatus Status,
    AccountStatus? EffectiveStatus,
    DateTimeOffset? OrganizationDisabledAt,
    byte[]? HandleHash)
{
    /// <summary>True while the session acts as another user than the one who logged in.</summary>
    public bool IsAssumed => EffectiveUserId != UserId;

    /// <summary>True while it acts as another user, or in another organization than the home organization.</summary>
    public bool ActsElsewhere => IsAssumed || (EffectiveOrganizationId is not null && EffectiveOrganizationId != HomeOrganizationId);

    /// <summary>When it ends if it is not used any more. UTC.</summary>
    public DateTimeOffset ExpiresAt
    {
        get
        {
            var end = HandleExpiresAt ?? SessionExpiresAt;
            return HandleIdleTimeout is { } idle && LastSeenAt + idle < end ? LastSeenAt + idle : end;
        }
    }

    /// <summary>The stable reason why the session is not valid at <paramref name="now"/>; null while it is valid.</summary>
    public string? Refusal(DateTimeOffset now) => this switch
    {
        { ExpiresAt: var end } when end <= now => Reasons.SessionExpired,
        { OrganizationDisabledAt: not null } => Reasons.OrganizationDisabled,
        { EffectiveStatus: null } => Reasons.AssumedUserUnknown,
        { EffectiveStatus: { } standing } => Status.GetDenialReason(now) ?? standing.GetDenialReason(now),
    };
}

/// <summary>
/// Sessions as the endpoints of login sessions see them, whichever endpoint they came through: found by the hash of an LSID, or by their
/// id.
/// </summary>
public sealed class LoginSessionStore(HubDatabase database)
{
    private const string ColumnsSql =
        $"""
        SELECT s.id, s.user_id, u.user_name, u.organization_id AS home_organization_id, s.effective_user_id, s.effective_organization_id, s.parent_id, s.authentication_methods,
               s.authenticated_at, s.created_at, s.last_seen_at, s.expires_at, s.handle_expires_at, s.handle_idle_seconds, s.ip_address, s.user_agent,
               COALESCE(u.security_stamp, '') AS security_stamp, s.handle_hash, {AccountStatus.Columns}
        """;

    private const string FromSql =
        """

        FROM sessions s
        JOIN users u ON u.id = s.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id

        """;

    private const string FindSql = ColumnsSql + FromSql + "WHERE s.handle_hash = $1 AND s.ended_at IS NULL";

    private const string FindManySql = ColumnsSql + FromSql + "WHERE s.handle_hash = ANY ($1::bytea[]) AND s.ended_at IS NULL";

    private const string FindByIdSql = ColumnsSql + FromSql + "WHERE s.id = $1 AND s.ended_at IS NULL";

    // With the user that it acts as and the organization that it acts in. Most sessions act as their own user in the home organization.
    private const string FindActingSql =
        ColumnsSql + $", r.id AS other_user_id, {AccountStatus.OtherColumns}, a.disabled_at AS organization_disabled_at" + FromSql +
        """
        LEFT JOIN users r ON r.id = s.effective_user_id
        LEFT JOIN organizations p ON p.id = r.organization_id
        LEFT JOIN organizations a ON a.id = s.effective_organization_id
        WHERE s.id = $1 AND s.ended_at IS NULL
        """;

    // Only from the state that was judged.
    private const string ActSql =
        """
        UPDATE sessions SET effective_user_id = $1, effective_organization_id = $2
        WHERE id = $3 AND ended_at IS NULL AND effective_user_id = $4
        """;

    // The user's credentials as they were when the session was read. A transaction that changes them, or ends all sessions of the user,
    // holds the user's row meanwhile. A clone that races with it either comes before, and is ended with the rest, or finds its parent
    // ended.
    private const string HoldUserSql = "SELECT id FROM users WHERE id = $1 AND COALESCE(security_stamp, '') = $2";

    private const string CloneSql =
        """
        INSERT INTO sessions (id, handle_hash, user_id, effective_user_id, effective_organization_id, parent_id, endpoint, client_id, authenticated_at,
                              authentication_methods, created_at, last_seen_at, expires_at, ip_address, user_agent, handle_expires_at, handle_idle_seconds,
                              is_persistent, has_remembered_factor)
        SELECT $1, $2, s.user_id, s.effective_user_id, s.effective_organization_id, s.id, $3, s.client_id, s.authenticated_at,
               s.authentication_methods, $4, $4, $5, $6, $7, $5, $8, FALSE, s.has_remembered_factor
        FROM sessions s
        WHERE s.id = $9 AND s.ended_at IS NULL AND s.effective_user_id = $10
        """;

    private readonly StatementBatches<byte[], StoredLoginSession?> _searches = new(database, hashes => FindManyAsync(database, hashes));

    /// <summary>
    /// The session with this LSID, unless it was ended. It takes one read by a unique index, and another read where the session acts as
    /// another user, or in another organization than the home organization. Whether it is still good is
    /// <see cref="StoredLoginSession.Refusal"/>.
    /// </summary>
    public async Task<StoredLoginSession?> FindAsync(byte[] handleHash, CancellationToken cancellationToken)
    {
        var found = database.TakesArrays
            ? await _searches.RunAsync(handleHash, cancellationToken)
            : await database.Call(FindSql).With(handleHash).FirstOrNullAsync(ReadOwn, cancellationToken);
        return await LoadEffectiveUserAsync(found, cancellationToken);
    }

    /// <summary>The session with this id, unless it was ended.</summary>
    public async Task<StoredLoginSession?> FindAsync(Guid sessionId, CancellationToken cancellationToken) =>
        await LoadEffectiveUserAsync(
            await database.Call(FindByIdSql).With(sessionId).FirstOrNullAsync(ReadOwn, cancellationToken), cancellationToken);

    /// <summary>From now on the session acts as another user, or in another organization.</summary>
    /// <returns>False when it has ended, or acts as another user now: nothing was changed.</returns>
    public async Task<bool> TryActAsync(
        StoredLoginSession session, Guid effectiveUserId, string? organizationId, CancellationToken cancellationToken) =>
        await database
            .Call(ActSql)
            .With(effectiveUserId)
            .With(organizationId)
            .With(session.Id)
            .With(session.EffectiveUserId)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>
    /// Starts a session that is a copy of another, with an id, a handle and an end of its own. No one has logged in anew: it has the login
    /// of the other one, with its time.
    /// </summary>
    /// <param name="clone">Its id, handle, endpoint, start, end and device; all else is the parent's, as it is stored.</param>
    /// <returns>False when the parent has ended, acts as another user now, or its user's credentials were changed.</returns>
    public Task<bool> TryCloneAsync(StoredLoginSession parent, Session clone, CancellationToken cancellationToken) =>
        database.RunAsync(parent.UserId, transaction => TryCloneAsync(transaction, parent, clone, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<StoredLoginSession?>> FindManyAsync(HubDatabase database, IReadOnlyList<byte[]> hashes)
    {
        var found = await database.Call(FindManySql).With([.. hashes]).ListAsync(ReadOwn, CancellationToken.None);
        return HashKey.InOrder(hashes, found.Select(static session => KeyValuePair.Create(new HashKey(session.HandleHash!), session)));
    }

    private async Task<bool> TryCloneAsync(
        SqlTransaction transaction, StoredLoginSession parent, Session clone, CancellationToken cancellationToken)
    {
        var held = await transaction
            .Call(HoldUserSql + database.ShareRowsSql)
            .With(parent.UserId)
            .With(parent.SecurityStamp)
            .ListAsync(static row => row.Guid(), cancellationToken);
        if (held.Count != 1)
            return false;
        var cloned = await transaction.Call(CloneSql)
            .With(clone.Id)
            .With(clone.HandleHash)
            .With(clone.Endpoint)
            .With(clone.CreatedAt)
            .With(clone.ExpiresAt)
            .With(clone.IpAddress)
            .With(clone.UserAgent)
            .With(clone.HandleIdleSeconds).With(parent.Id).With(parent.EffectiveUserId)
            .ExecuteAsync(cancellationToken);
        if (cloned != 1)
            return false;
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async ValueTask<StoredLoginSession?> LoadEffectiveUserAsync(StoredLoginSession? session, CancellationToken cancellationToken) =>
        session is { ActsElsewhere: true }
            ? await database.Call(FindActingSql).With(session.Id).FirstOrNullAsync(ReadActing, cancellationToken)
            : session;

    // The session acts as its own user in the home organization: the status of both is the effective status.
    private static StoredLoginSession ReadOwn(Row row)
    {
        var status = AccountStatus.Read(row);
        return Read(row, status, status, row.TextOrNull("effective_organization_id") is null ? null : status.OrganizationDisabledAt);
    }

    private static StoredLoginSession ReadActing(Row row) =>
        Read(
            row, AccountStatus.Read(row), row.GuidOrNull("other_user_id") is null ? null : AccountStatus.ReadOther(row),
            row.TimeOrNull("organization_disabled_at"));

    private static StoredLoginSession Read(
        Row row, AccountStatus status, AccountStatus? effective, DateTimeOffset? organizationDisabledAt) =>
        new(
            row.Guid("id"), row.Guid("user_id"), row.Text("user_name"), row.TextOrNull("home_organization_id"),
            row.Guid("effective_user_id"), row.TextOrNull("effective_organization_id"), row.GuidOrNull("parent_id"),
            row.Text("authentication_methods"), row.Time("authenticated_at"), row.Time("created_at"), row.Time("last_seen_at"),
            row.Time("expires_at"), row.TimeOrNull("handle_expires_at"),
            row.IntOrNull("handle_idle_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null, row.TextOrNull("ip_address"),
            row.TextOrNull("user_agent"), row.Text("security_stamp"), status, effective, organizationDisabledAt,
            row.BytesOrNull("handle_hash"));
}
