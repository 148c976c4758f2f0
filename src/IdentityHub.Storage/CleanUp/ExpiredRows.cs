namespace IdentityHub.Storage.CleanUp;

/// <summary>Removes rows that have had their time. A used single-use row stays until it expires, so that its replay is seen.</summary>
public sealed class ExpiredRows(HubDatabase database)
{
    /// <summary>Rows of one table removed at once.</summary>
    public const int BatchSize = 1000;

    /// <summary>Rows outlive their time by this, because the clocks of nodes differ: a slower one must still see what was used.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>The tables whose rows carry the time at which they may go.</summary>
    public static IReadOnlyList<ExpiringTable> Expiring { get; } =
    [
        new("access_tokens", "token_hash", "expires_at"),
        new("refresh_tokens", "token_hash", "expires_at"),
        new("refresh_token_families", "id", "expires_at"),
        new("sessions", "id", "expires_at"),
        new("authorization_codes", "code_hash", "expires_at"),
        new("pushed_requests", "request_hash", "expires_at"),
        new("device_codes", "device_code_hash", "expires_at"),
        new("one_time_passwords", "slot_hash", "expires_at"),
        new("counters", "key_hash", "expires_at"),
        new("used_identifiers", "identifier_hash", "expires_at"),
        new("password_resets", "token_hash", "expires_at"),
        new("remembered_browsers", "secret_hash", "expires_at"),
        new("address_changes", "token_hash", "expires_at"),
        new("signing_keys", "key_id", "publish_until"),
        new("imported_keys", "key_id", "publish_until"),
    ];

    private static readonly string[] Statements = [.. Expiring.Select(table => Statement(table.Name, table.Key, table.Time))];

    /// <summary>A message that was sent is kept for so long.</summary>
    public static readonly TimeSpan DeliveredRetention = TimeSpan.FromDays(1);

    /// <summary>A message that was given up is kept for the administrator for so long.</summary>
    public static readonly TimeSpan DeadRetention = TimeSpan.FromDays(30);

    // Remembered as long as the audit trail.
    private static readonly string[] AuditStatements =
    [
        Statement("audit_events", "trace_id, id", "at"),
        Statement("dialect_days", "dialect, client_id, day", "day"),
        Statement("client_secret_uses", "client_id, fingerprint", "last_used_at"),
    ];

    private static readonly string DeliveredStatement = Statement("outbox_messages", "id", "delivered_at");
    private static readonly string DeadStatement = Statement("outbox_messages", "id", "dead_at");

    /// <summary>The tables from which rows are removed.</summary>
    internal static IEnumerable<string> Tables =>
        Statements
            .Concat(AuditStatements)
            .Append(DeliveredStatement)
            .Append(DeadStatement)
            .Select(statement => statement.Split(' ')[2])
            .Distinct();

    /// <summary>
    /// Removes at most <see cref="BatchSize"/> rows of each table, a transaction each; while another node does the same, waits for it.
    /// </summary>
    /// <param name="now">Rows that expired <see cref="Margin"/> before go.</param>
    /// <param name="auditEnd">Audit rows from before go.</param>
    /// <returns>How many rows went; zero when there is nothing left to do.</returns>
    public async Task<int> DeleteBatchAsync(DateTimeOffset now, DateTimeOffset auditEnd, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var statement in Statements)
            count += await DeleteAsync(statement, now - Margin, cancellationToken);
        count += await DeleteAsync(DeliveredStatement, now - DeliveredRetention, cancellationToken);
        count += await DeleteAsync(DeadStatement, now - DeadRetention, cancellationToken);
        foreach (var statement in AuditStatements)
            count += await DeleteAsync(statement, auditEnd, cancellationToken);
        return count;
    }

    private async Task<int> DeleteAsync(string statement, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("clean-up", cancellationToken);
        var count = await transaction.Call(statement + database.TakeRowsSql + ")").With(before).ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return count;
    }

    // Without its end, which the caller adds: it leaves rows that are locked at this moment for the next run.
    private static string Statement(string table, string key, string time) =>
        $"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {time} < $1 LIMIT {BatchSize}";
}

/// <summary>A table whose rows go by themselves.</summary>
/// <param name="Key">Columns of its key.</param>
/// <param name="Time">Column of the time at which a row may go.</param>
public sealed record ExpiringTable(string Name, string Key, string Time);
