using System.Globalization;

namespace IdentityHub.Storage.CleanUp;

/// <summary>
/// Removes rows that have had their time. A used single-use row stays until it expires, so that its replay is seen. Not thread-safe.
/// </summary>
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
        new("idempotency_keys", "key_hash", "expires_at"),
        new("signing_keys", "key_id", "publish_until"),
        new("imported_keys", "key_id", "publish_until"),
    ];

    // So many pages of a table are read in one transaction at most.
    private const int PagesAtOnce = 2000;

    // Each table from where the last batch ended. A search by time, or by key, would read again every page that has been emptied already:
    // ten million rows would never come to an end.
    private readonly Dictionary<string, long> _pages = new(StringComparer.Ordinal);

    /// <summary>A message that was sent is kept for so long.</summary>
    public static readonly TimeSpan DeliveredRetention = TimeSpan.FromDays(1);

    /// <summary>A message that was given up is kept for the administrator for so long.</summary>
    public static readonly TimeSpan DeadRetention = TimeSpan.FromDays(30);

    /// <summary>So many months of the audit trail are made before they begin.</summary>
    public const int MonthsAhead = 2;

    private static readonly string AuditStatement = Statement("audit_events", "trace_id, id", "at");

    // Remembered as long as the audit trail.
    private static readonly string[] AuditStatements =
    [
        Statement("dialect_days", "dialect, client_id, day", "day"),
        Statement("client_secret_uses", "client_id, fingerprint", "last_used_at"),
    ];

    private static readonly string DeliveredStatement = Statement("outbox_messages", "id", "delivered_at");
    private static readonly string DeadStatement = Statement("outbox_messages", "id", "dead_at");

    /// <summary>The tables from which rows are removed.</summary>
    internal static IEnumerable<string> Tables =>
        AuditStatements
            .Append(AuditStatement)
            .Append(DeliveredStatement)
            .Append(DeadStatement)
            .Select(statement => statement.Split(' ')[2])
            .Concat(Expiring.Select(table => table.Name))
            .Distinct();

    /// <summary>
    /// Removes at most <see cref="BatchSize"/> rows of each table but the audit trail, a transaction each; while another node does the
    /// same, waits for it.
    /// </summary>
    /// <param name="now">Rows that expired <see cref="Margin"/> before go.</param>
    /// <param name="auditEnd">What is remembered as long as the audit trail goes where it is older.</param>
    /// <returns>How many rows went; zero when there is nothing left to do.</returns>
    public async Task<int> DeleteBatchAsync(DateTimeOffset now, DateTimeOffset auditEnd, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var table in Expiring)
        {
            count += database.HasRowAddresses
                ? await DeletePagesAsync(table, now - Margin, cancellationToken)
                : await DeleteAsync(Statement(table.Name, table.Key, table.Time), now - Margin, cancellationToken);
        }

        count += await DeleteAsync(DeliveredStatement, now - DeliveredRetention, cancellationToken);
        count += await DeleteAsync(DeadStatement, now - DeadRetention, cancellationToken);
        foreach (var statement in AuditStatements)
            count += await DeleteAsync(statement, auditEnd, cancellationToken);
        return count;
    }

    /// <summary>
    /// Removes audit rows: at most <see cref="BatchSize"/>, or, where the trail is divided into months, the oldest month that has ended
    /// before, and as many rows that are in no month. A month that is being read stays for the next call.
    /// </summary>
    /// <param name="auditEnd">Audit rows from before go; where the trail is divided into months, with their month.</param>
    /// <returns>How many rows and months went; zero when there is nothing left to do.</returns>
    public Task<int> DeleteAuditAsync(DateTimeOffset auditEnd, CancellationToken cancellationToken) =>
        database.DropAuditSql is { } drop
            ? RunAsync(drop, auditEnd, BatchSize, cancellationToken)
            : DeleteAsync(AuditStatement, auditEnd, cancellationToken);

    /// <summary>Makes the months of the audit trail that are to come, where it is divided into months. Decision 0040.</summary>
    public async Task PrepareMonthsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (database.AuditMonthsSql is { } make)
            await RunAsync(make, now, MonthsAhead, cancellationToken);
    }

    private async Task<int> DeletePagesAsync(ExpiringTable table, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Behind pages without any there may be others: a new search tells.
        if (_pages.TryGetValue(table.Name, out var page)
            && await DeleteFromAsync(table, page, before, cancellationToken) is > 0 and var more)
            return more;
        var first = await database.Call($"SELECT ctid::text AS row FROM {table.Name} WHERE {table.Time} < $1 LIMIT 1").With(before)
            .FirstOrNullAsync(static row => row.Text(), cancellationToken);
        return first is null ? 0 : await DeleteFromAsync(table, PageOf(first), before, cancellationToken);
    }

    private async Task<int> DeleteFromAsync(ExpiringTable table, long page, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("clean-up", cancellationToken);
        var gone = await transaction.Call(PagesStatement(table)).With(before).With(AddressOf(page)).With(AddressOf(page + PagesAtOnce))
            .ListAsync(static row => row.Text(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var at = gone[0].IndexOf(' ', StringComparison.Ordinal);
        var count = int.Parse(gone[0].AsSpan(0, at), CultureInfo.InvariantCulture);
        if (count == BatchSize)
            _pages[table.Name] = PageOf(gone[0][(at + 1)..]);
        else if (count > 0)
            _pages[table.Name] = page + PagesAtOnce;
        else
            _pages.Remove(table.Name);
        return count;
    }

    // Selects how many went and the address of the last one, with a blank between.
    private static string PagesStatement(ExpiringTable table) =>
        $"""
        WITH gone AS (
            DELETE FROM {table.Name} WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM {table.Name} WHERE ctid >= $2::tid AND ctid < $3::tid AND {table.Time} < $1 LIMIT {BatchSize} FOR UPDATE SKIP LOCKED))
            RETURNING ctid)
        SELECT CONCAT(COUNT(*), ' ', MAX(ctid)::text) AS gone FROM gone
        """;

    private static string AddressOf(long page) => string.Create(CultureInfo.InvariantCulture, $"({page},0)");

    private static long PageOf(string address) => long.Parse(address.AsSpan(1, address.IndexOf(',') - 1), CultureInfo.InvariantCulture);

    private async Task<int> RunAsync(string sql, DateTimeOffset time, int number, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("clean-up", cancellationToken);
        var count = await transaction.Call(sql).With(time).With(number).WithoutTimeout()
            .ListAsync(static row => row.Int(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return count[0];
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
