using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Installation;

/// <summary>How many rows of a table ended.</summary>
public sealed record EndedRows(string Table, int Rows);

/// <summary>
/// Ends what a database holds after it was restored to an earlier moment. It does not know what was revoked, used or withdrawn since then,
/// so all that could have been is ended. docs/decisions/0039-a-restore-ends-everything.md.
/// </summary>
public static class RestoredDatabase
{
    /// <summary>Name of the mark that holds the moment of the last restore.</summary>
    public const string Mark = "restored";

    /// <summary>Value of the mark until configuration was applied after the restore; <see cref="Applied"/> afterwards.</summary>
    internal const string Ended = "ended";

    /// <inheritdoc cref="Ended"/>
    internal const string Applied = "applied";

    // RFC 6238 §4.1 with the step that every authenticator app uses.
    private const int TotpStepSeconds = 30;

    private const string MarkSql =
        """
        INSERT INTO installation_marks (name, value, at) VALUES ($2, $3, $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at
        """;

    private const string TotpSql = "UPDATE totp_authenticators SET last_step = $1 WHERE last_step < $1";

    private const string ApiKeysTable = "api_keys";
    private const string ApiKeysSql = "UPDATE api_keys SET revoked_at = $1 WHERE revoked_at IS NULL";

    // Of a restore itself: such rows are in no file from before.
    private const string IsOfRestoreSql = "endpoint = 'hub' AND COALESCE(detail, '') LIKE '%hub db restored%'";

    private const string RowsSinceSql = $"SELECT trace_id, type FROM audit_events WHERE at >= $1 AND NOT ({IsOfRestoreSql})";
    private const string NewestRowSql = $"SELECT at FROM audit_events WHERE NOT ({IsOfRestoreSql}) ORDER BY at DESC LIMIT 1";

    // Whatever it calls itself. Background processes of PostgreSQL are none; their kind is hidden from a role without the right to see it.
    private const string OthersSql =
        """
        SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND COALESCE(backend_type, 'client backend') = 'client backend'
        """;

    // In the order in which every transaction locks (docs/architecture.md). $1 is the moment. What is deleted is deleted whatever its time:
    // the clock of a node may have been ahead.
    private static readonly (string Table, string Sql)[] Statements =
    [
        ("sessions",
            $"UPDATE sessions SET ended_at = $1, end_reason = '{SessionEndReasons.DatabaseRestored}' WHERE ended_at IS NULL"),
        ("pushed_requests", "DELETE FROM pushed_requests"),
        ("authorization_codes", "UPDATE authorization_codes SET expires_at = $1 WHERE used_at IS NULL AND expires_at > $1"),
        ("device_codes", "UPDATE device_codes SET denied_at = $1 WHERE denied_at IS NULL AND used_at IS NULL"),
        ("password_resets", "UPDATE password_resets SET superseded_at = $1 WHERE used_at IS NULL AND superseded_at IS NULL"),
        ("one_time_passwords", "DELETE FROM one_time_passwords"),
        ("refresh_token_families",
            "UPDATE refresh_token_families SET revoked_at = $1, "
                + $"revoke_reason = '{SessionEndReasons.DatabaseRestored}' WHERE revoked_at IS NULL"),
        ("access_tokens", "UPDATE access_tokens SET revoked_at = $1 WHERE revoked_at IS NULL"),
        ("consents", "DELETE FROM consents"),
        ("recovery_codes", "UPDATE recovery_codes SET used_at = $1 WHERE used_at IS NULL"),
        ("remembered_browsers", "DELETE FROM remembered_browsers"),
        ("outbox_messages", "DELETE FROM outbox_messages"),
        ("signing_keys",
            "UPDATE signing_keys SET not_before = CASE WHEN not_before > $1 THEN $1 ELSE not_before END, "
                + "sign_until = CASE WHEN sign_until > $1 THEN $1 ELSE sign_until END, publish_until = $1 WHERE publish_until > $1"),
        ("imported_keys", "UPDATE imported_keys SET publish_until = $1 WHERE publish_until > $1"),
        ("data_protection_keys", "DELETE FROM data_protection_keys"),
    ];

    /// <summary>Trace and type of each row of the audit trail from a moment on, apart from those of a restore itself.</summary>
    public static Task<List<(Guid TraceId, string Type)>> TrailSinceAsync(
        HubDatabase database, DateTimeOffset begin, CancellationToken cancellationToken) =>
        database.Call(RowsSinceSql).With(begin).ListAsync(static row => (row.Guid("trace_id"), row.Text("type")), cancellationToken);

    /// <summary>When the newest row of the audit trail was written, apart from those of a restore itself; null without any.</summary>
    public static async Task<DateTimeOffset?> NewestOfTrailAsync(HubDatabase database, CancellationToken cancellationToken) =>
        await database.Call(NewestRowSql).ListAsync(static row => row.Time(), cancellationToken) is [var newest] ? newest : null;

    /// <summary>How many other connections to this database there are; 0 where a database cannot tell.</summary>
    /// <param name="call">Makes a statement, inside a transaction or outside. Inside, each count is that of the first one.</param>
    public static async Task<long> CountOthersAsync(
        HubDatabase database, Func<string, SqlCall> call, CancellationToken cancellationToken) =>
        database.TakeLockSql is null
            ? 0
            : (await call(OthersSql).ListAsync(static row => row.Long(), cancellationToken))[0];

    /// <summary>
    /// Ends all of it inside a transaction. May take long: it is run while no node is connected. A second time it ends what has come since.
    /// </summary>
    /// <param name="endedApiKeys">Names of the API keys that end of those that the hub has issued; null: all of them.</param>
    /// <param name="now">By the clock of the database (<see cref="HubDatabase.ReadClockAsync"/>): nodes compare with it.</param>
    /// <returns>The tables in which rows have ended.</returns>
    public static async Task<IReadOnlyList<EndedRows>> EndAllAsync(
        SqlTransaction transaction, IReadOnlyCollection<string>? endedApiKeys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ended = new List<EndedRows>();
        foreach (var (table, sql) in Statements)
        {
            var call = transaction.Call(sql);
            await RunAsync(table, sql.Contains("$1", StringComparison.Ordinal) ? call.With(now) : call);
        }

        if (endedApiKeys is null)
            await RunAsync(ApiKeysTable, transaction.Call(ApiKeysSql).With(now));
        else
            await EndApiKeysAsync(endedApiKeys);
        await transaction.Call(TotpSql).With(now.ToUnixTimeSeconds() / TotpStepSeconds).WithoutTimeout().ExecuteAsync(cancellationToken);
        await transaction.Call(MarkSql).With(now).With(Mark).With(Ended).ExecuteAsync(cancellationToken);
        return ended;

        async Task EndApiKeysAsync(IReadOnlyCollection<string> names)
        {
            var rows = 0;
            foreach (var name in names)
                rows += await ApiKeyStore.RevokeAsync(transaction, name, now, cancellationToken);
            if (rows > 0)
                ended.Add(new EndedRows(ApiKeysTable, rows));
        }

        async Task RunAsync(string table, SqlCall call)
        {
            if (await call.WithoutTimeout().ExecuteAsync(cancellationToken) is > 0 and var rows)
                ended.Add(new EndedRows(table, rows));
        }
    }
}
