using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.DeviceCodes;

/// <summary>A presented device code with all that decides whether tokens may be issued on it.</summary>
/// <param name="Decision">The session in which a user has decided; null while no user has decided, or when that session is gone.</param>
/// <param name="User">Of the user who has decided.</param>
public sealed record StoredDeviceCode(DeviceCode Code, DecidingSession? Decision, AccountStatus User)
{
    /// <summary>
    /// The stable reason why an approved code is not valid at <paramref name="now"/>, its use set aside; null when it is valid.
    /// </summary>
    public string? Refusal(DateTimeOffset now) => this switch
    {
        { Decision: null } => Reasons.SessionUnknown,
        { Decision.EndedAt: not null } => Reasons.SessionEnded,
        { Decision.ExpiresAt: var end } when end <= now => Reasons.SessionExpired,
        _ => User.GetDenialReason(now),
    };
}

/// <summary>What the session of a decision says about its login.</summary>
/// <param name="SecurityStamp">The user's, as it is now.</param>
/// <param name="OrganizationId">In which it acts; null for none.</param>
public sealed record DecidingSession(
    DateTimeOffset AuthenticatedAt, string AuthenticationMethods, string? OrganizationId, string SecurityStamp, DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt);

/// <summary>Devices that wait for a user. RFC 8628.</summary>
public sealed class DeviceCodeStore(HubDatabase database)
{
    /// <summary>Seconds by which the interval grows when a device polls too soon. RFC 8628 §3.5.</summary>
    public const int SlowDownSeconds = 5;

    // A timer that fires a little early, and a request that was faster than the one before, are no haste.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private const string Columns =
        """
        c.device_code_hash, c.user_code_hash, c.client_id, c.scopes, c.created_at, c.expires_at, c.interval_seconds, c.last_polled_at, c.ip_address,
        c.user_agent, c.approved_at, c.denied_at, c.user_id, c.session_id, c.used_at
        """;

    private const string InsertSql =
        """
        INSERT INTO device_codes (device_code_hash, user_code_hash, client_id, scopes, created_at, expires_at, interval_seconds, ip_address, user_agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string FindSql =
        $"""
        SELECT {Columns}, s.authenticated_at, s.authentication_methods, s.effective_organization_id, COALESCE(u.security_stamp, '') AS security_stamp,
               s.expires_at AS session_expires_at, s.ended_at, {AccountStatus.Columns}
        FROM device_codes c
        LEFT JOIN sessions s ON s.id = c.session_id
        LEFT JOIN users u ON u.id = c.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE c.device_code_hash = $1
        """;

    private const string FindByUserCodeSql = $"SELECT {Columns} FROM device_codes c WHERE c.user_code_hash = $1";

    // Of two polls at once, one finds that the other has come in between.
    private const string PollSql =
        "UPDATE device_codes SET last_polled_at = $1 WHERE device_code_hash = $2 AND (last_polled_at = $3 OR (last_polled_at IS NULL AND "
            + "$3 IS NULL))";

    private const string SlowDownSql =
        "UPDATE device_codes SET last_polled_at = $1, interval_seconds = interval_seconds + $2 WHERE device_code_hash = $3";

    // Once, in time, and in a session that has not ended.
    private const string MayDecideSql =
        """
        user_code_hash = $4 AND approved_at IS NULL AND denied_at IS NULL AND expires_at > $1
          AND EXISTS (SELECT 1 FROM sessions WHERE sessions.id = $3 AND sessions.user_id = $2 AND sessions.ended_at IS NULL)
        """;

    private const string ApproveSql =
        $"""
        UPDATE device_codes SET approved_at = $1, user_id = $2, session_id = $3
        WHERE {MayDecideSql}
        """;

    private const string DenySql =
        $"""
        UPDATE device_codes SET denied_at = $1, user_id = $2, session_id = $3
        WHERE {MayDecideSql}
        """;

    // Only while the session in which it was approved has not ended.
    private const string UseSql =
        """
        UPDATE device_codes SET used_at = $1
        WHERE device_code_hash = $2 AND used_at IS NULL AND approved_at IS NOT NULL AND denied_at IS NULL AND expires_at > $1
          AND EXISTS (SELECT 1 FROM sessions WHERE sessions.id = device_codes.session_id AND sessions.ended_at IS NULL AND sessions.expires_at > $1)
        """;

    /// <summary>Stores a request.</summary>
    /// <returns>False when its user code is taken: nothing was stored.</returns>
    public async Task<bool> TryInsertAsync(DeviceCode code, CancellationToken cancellationToken)
    {
        try
        {
            await database.Call(InsertSql)
                .With(code.DeviceCodeHash)
                .With(code.UserCodeHash)
                .With(code.ClientId)
                .With(code.Scopes)
                .With(code.CreatedAt)
                .With(code.ExpiresAt)
                .With(code.IntervalSeconds).With(code.IpAddress).With(code.UserAgent)
                .ExecuteAsync(cancellationToken);
            return true;
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return false;
        }
    }

    /// <summary>Reads what a device polls for, without counting the poll; null when there is no such code.</summary>
    public Task<StoredDeviceCode?> FindAsync(byte[] deviceCodeHash, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(deviceCodeHash).FirstOrNullAsync(
            static row => new StoredDeviceCode(Read(row), ReadDecision(row), AccountStatus.Read(row)), cancellationToken);

    /// <summary>Reads the device code that belongs to a user code; null when there is no such code.</summary>
    public Task<DeviceCode?> FindByUserCodeAsync(byte[] userCodeHash, CancellationToken cancellationToken) =>
        database.Call(FindByUserCodeSql).With(userCodeHash).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Notes that a device polls for a code that was just read.</summary>
    /// <returns>False when it polls before its interval is over: the interval has grown.</returns>
    public async Task<bool> TryPollAsync(DeviceCode code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tooSoon = code.LastPolledAt is { } last && now <= last.AddSeconds(code.IntervalSeconds) - Tolerance;
        if (!tooSoon
            && await database.Call(PollSql).With(now).With(code.DeviceCodeHash).With(code.LastPolledAt).ExecuteAsync(cancellationToken) == 1
        )
            return true;
        await database.Call(SlowDownSql).With(now).With(SlowDownSeconds).With(code.DeviceCodeHash).ExecuteAsync(cancellationToken);
        return false;
    }

    /// <summary>The user of a session lets the device in, or sends it away.</summary>
    /// <returns>False when it was decided before, has expired, or the session has ended: nothing was changed.</returns>
    public async Task<bool> TryDecideAsync(
        byte[] userCodeHash, bool approved, Guid userId, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database
            .Call(approved ? ApproveSql : DenySql)
            .With(now)
            .With(userId)
            .With(sessionId)
            .With(userCodeHash)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>Uses an approved code up and starts the session of the device with its family: all or nothing.</summary>
    /// <param name="securityStamp">The user's, as it was when the code was read.</param>
    /// <param name="token">The first refresh token; null when the client gets none.</param>
    /// <returns>
    /// False when it was used before, has expired, the session of the decision has ended, or the user's credentials have changed.
    /// </returns>
    public Task<bool> TryRedeemAsync(
        byte[] deviceCodeHash, Session session, string securityStamp, RefreshTokenFamily family, RefreshToken? token, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            async transaction =>
            {
                // Insert the session first, which locks the user's row: a transaction that ends all of a user's logins locks the user
                // before the codes. If the code cannot be used any more, the session is rolled back.
                if (!await SessionStore.TryInsertAsync(transaction, database.ShareRowsSql, session, securityStamp, cancellationToken))
                    return false;
                if (await transaction.Call(UseSql).With(now).With(deviceCodeHash).ExecuteAsync(cancellationToken) != 1)
                    return false;
                await RefreshTokenStore.InsertFamilyAsync(transaction, family, token, cancellationToken);
                await SessionStore.NoteClientAsync(transaction, session.Id, family.ClientId, now, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    private static DecidingSession? ReadDecision(Sql.Row row) => row.TimeOrNull("authenticated_at") is { } authenticatedAt
        ? new DecidingSession(
            authenticatedAt,
            row.Text("authentication_methods"),
            row.TextOrNull("effective_organization_id"),
            row.Text("security_stamp"),
            row.Time("session_expires_at"),
            row.TimeOrNull("ended_at"))
        : null;

    private static DeviceCode Read(Sql.Row row) => new()
    {
        DeviceCodeHash = row.Bytes("device_code_hash"),
        UserCodeHash = row.Bytes("user_code_hash"),
        ClientId = row.Text("client_id"),
        Scopes = row.Text("scopes"),
        CreatedAt = row.Time("created_at"),
        ExpiresAt = row.Time("expires_at"),
        IntervalSeconds = row.Int("interval_seconds"),
        LastPolledAt = row.TimeOrNull("last_polled_at"),
        IpAddress = row.TextOrNull("ip_address"),
        UserAgent = row.TextOrNull("user_agent"),
        ApprovedAt = row.TimeOrNull("approved_at"),
        DeniedAt = row.TimeOrNull("denied_at"),
        UserId = row.GuidOrNull("user_id"),
        SessionId = row.GuidOrNull("session_id"),
        UsedAt = row.TimeOrNull("used_at"),
    };
}
