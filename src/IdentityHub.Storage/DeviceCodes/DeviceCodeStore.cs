using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.DeviceCodes;

/// <summary>A device that polls, and what has become of its request.</summary>
/// <param name="TooSoon">True when it polled before its interval was over; the interval has grown by then.</param>
public sealed record PolledDeviceCode(DeviceCode Code, bool TooSoon);

/// <summary>Devices that wait for a user. RFC 8628.</summary>
public sealed class DeviceCodeStore(HubDatabase database)
{
    /// <summary>Seconds by which the interval grows when a device polls too soon. RFC 8628 §3.5.</summary>
    public const int SlowDownSeconds = 5;

    private const string Columns =
        """
        device_code_hash, user_code_hash, client_id, scopes, created_at, expires_at, interval_seconds, last_polled_at, ip_address, user_agent,
        approved_at, denied_at, user_id, session_id, used_at
        """;

    private const string InsertSql =
        """
        INSERT INTO device_codes (device_code_hash, user_code_hash, client_id, scopes, created_at, expires_at, interval_seconds, ip_address, user_agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string FindSql = $"SELECT {Columns} FROM device_codes WHERE device_code_hash = $1";

    private const string FindByUserCodeSql = $"SELECT {Columns} FROM device_codes WHERE user_code_hash = $1";

    private const string PollSql = "UPDATE device_codes SET last_polled_at = $1, interval_seconds = $2 WHERE device_code_hash = $3";

    // Once, in time, and in a session that is alive at this moment.
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

    private const string UseSql =
        "UPDATE device_codes SET used_at = $1 WHERE device_code_hash = $2 AND used_at IS NULL AND approved_at IS NOT NULL AND expires_at > $1";

    /// <summary>Stores a request.</summary>
    /// <returns>False when its user code is taken: nothing was stored.</returns>
    public async Task<bool> TryInsertAsync(DeviceCode code, CancellationToken cancellationToken)
    {
        try
        {
            await database.Call(InsertSql)
                .With(code.DeviceCodeHash).With(code.UserCodeHash).With(code.ClientId).With(code.Scopes).With(code.CreatedAt).With(code.ExpiresAt)
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
    public Task<DeviceCode?> FindAsync(byte[] deviceCodeHash, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(deviceCodeHash).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Reads what a user code stands for; null when there is no such code.</summary>
    public Task<DeviceCode?> FindByUserCodeAsync(byte[] userCodeHash, CancellationToken cancellationToken) =>
        database.Call(FindByUserCodeSql).With(userCodeHash).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Notes that a device polls for a code that was just read.</summary>
    public async Task<PolledDeviceCode> PollAsync(DeviceCode code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tooSoon = code.LastPolledAt is { } last && now < last.AddSeconds(code.IntervalSeconds);
        var interval = tooSoon ? code.IntervalSeconds + SlowDownSeconds : code.IntervalSeconds;
        await database.Call(PollSql).With(now).With(interval).With(code.DeviceCodeHash).ExecuteAsync(cancellationToken);
        return new PolledDeviceCode(code, tooSoon);
    }

    /// <summary>The user of a session lets the device in, or sends it away.</summary>
    /// <returns>False when it was decided before, has expired, or the session has ended: nothing was changed.</returns>
    public async Task<bool> TryDecideAsync(byte[] userCodeHash, bool approved, Guid userId, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(approved ? ApproveSql : DenySql).With(now).With(userId).With(sessionId).With(userCodeHash).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Uses an approved code up and starts the session of the device with its family: all or nothing.</summary>
    /// <param name="securityStamp">The user's, as it was when the code was read.</param>
    /// <param name="token">The first refresh token; null when the client gets none.</param>
    /// <returns>False when it was used before, has expired, or the user's credentials have changed.</returns>
    public async Task<bool> TryRedeemAsync(
        byte[] deviceCodeHash, Session session, string securityStamp, RefreshTokenFamily family, RefreshToken? token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        if (await transaction.Call(UseSql).With(now).With(deviceCodeHash).ExecuteAsync(cancellationToken) != 1)
            return false;
        if (!await SessionStore.TryInsertAsync(transaction, database.ShareRowsSql, session, securityStamp, cancellationToken))
            return false;
        await RefreshTokenStore.InsertFamilyAsync(transaction, family, token, cancellationToken);
        await SessionStore.NoteClientAsync(transaction, session.Id, family.ClientId, session.ExpiresAt, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static DeviceCode Read(Sql.Row row) => new()
    {
        DeviceCodeHash = row.Bytes(0),
        UserCodeHash = row.Bytes(1),
        ClientId = row.Text(2),
        Scopes = row.Text(3),
        CreatedAt = row.Time(4),
        ExpiresAt = row.Time(5),
        IntervalSeconds = row.Int(6),
        LastPolledAt = row.TimeOrNull(7),
        IpAddress = row.TextOrNull(8),
        UserAgent = row.TextOrNull(9),
        ApprovedAt = row.TimeOrNull(10),
        DeniedAt = row.TimeOrNull(11),
        UserId = row.GuidOrNull(12),
        SessionId = row.GuidOrNull(13),
        UsedAt = row.TimeOrNull(14),
    };
}
