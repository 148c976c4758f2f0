namespace IdentityHub.Storage.DialectUse;

/// <summary>Calls of one client at one older API.</summary>
/// <param name="ClientId">As in <see cref="DialectDay.ClientId"/>.</param>
/// <param name="Calls">Since the time that was asked about.</param>
/// <param name="FirstDay">The first day that is still remembered, midnight UTC.</param>
public sealed record UsedDialect(string Dialect, string ClientId, long Calls, DateTimeOffset FirstDay, DateTimeOffset LastSeenAt);

/// <summary>The calls of one client at an older API.</summary>
/// <param name="Days">Those with calls, the first first.</param>
public sealed record DialectCaller(string ClientId, DateTimeOffset LastSeenAt, IReadOnlyList<CalledDay> Days);

/// <summary>The calls of one day.</summary>
/// <param name="Day">Midnight UTC.</param>
public sealed record CalledDay(DateTimeOffset Day, long Calls);

/// <summary>Who uses the older APIs, counted for each date.</summary>
public sealed class DialectUseStore(HubDatabase database)
{
    private const string AddSql =
        """
        INSERT INTO dialect_days (dialect, client_id, day, calls, last_seen_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (dialect, client_id, day) DO UPDATE SET
            calls = dialect_days.calls + excluded.calls,
            last_seen_at = CASE WHEN dialect_days.last_seen_at < excluded.last_seen_at THEN excluded.last_seen_at ELSE dialect_days.last_seen_at END
        """;

    private const string ListSql =
        """
        SELECT dialect, client_id, CAST(SUM(CASE WHEN day >= $1 THEN calls ELSE 0 END) AS bigint) AS calls,
            MIN(day) AS first_day, MAX(last_seen_at) AS last_seen_at
        FROM dialect_days GROUP BY dialect, client_id ORDER BY dialect, client_id
        """;

    private const string ListCallersSql =
        """
        SELECT client_id, CAST(SUM(CASE WHEN day >= $2 THEN calls ELSE 0 END) AS bigint) AS calls,
            MIN(day) AS first_day, MAX(last_seen_at) AS last_seen_at
        FROM dialect_days WHERE dialect = $1 GROUP BY client_id
        """;

    private const string ListTotalsSql =
        """
        SELECT day, CAST(SUM(calls) AS bigint) AS calls FROM dialect_days WHERE dialect = $1 AND day >= $2 GROUP BY day ORDER BY day
        """;

    private const string ListOfCallerSql =
        """
        SELECT day, calls, last_seen_at FROM dialect_days WHERE dialect = $1 AND client_id = $2 ORDER BY day DESC LIMIT $3
        """;

    private const string ListDaysSql =
        """
        SELECT client_id, day, calls, last_seen_at FROM dialect_days
        WHERE dialect = $1 AND day >= $2 AND client_id IN (
            SELECT DISTINCT client_id FROM dialect_days WHERE dialect = $1 AND day >= $2 AND client_id > $3 ORDER BY client_id LIMIT $4)
        ORDER BY client_id, day
        """;

    /// <summary>Adds what a node has counted: one transaction, all or nothing.</summary>
    public async Task AddAsync(IReadOnlyCollection<DialectDay> counted, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);

        // In one order on all nodes, so that two of them do not wait for each other.
        foreach (var day in counted
                .OrderBy(day => day.Dialect, StringComparer.Ordinal)
                .ThenBy(day => day.ClientId, StringComparer.Ordinal)
                .ThenBy(day => day.Day))
        {
            await transaction
                .Call(AddSql)
                .With(day.Dialect)
                .With(day.ClientId)
                .With(day.Day)
                .With(day.Calls)
                .With(day.LastSeenAt)
                .ExecuteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Every use that is still remembered, with the calls since <paramref name="since"/> (a midnight UTC).</summary>
    public Task<List<UsedDialect>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database
            .Call(ListSql)
            .With(since)
            .ListAsync(
                static row => new UsedDialect(
                    row.Text("dialect"), row.Text("client_id"), row.Long("calls"), row.Time("first_day"), row.Time("last_seen_at")),
                cancellationToken);

    /// <summary>The same of one older API, in no order.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public Task<List<UsedDialect>> ListCallersAsync(string dialect, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.Call(ListCallersSql).With(dialect).With(since).ListAsync(
            row => new UsedDialect(
                dialect, row.Text("client_id"), row.Long("calls"), row.Time("first_day"), row.Time("last_seen_at")),
            cancellationToken);

    /// <summary>Calls of all clients together by day, the first day first; days without calls are left out.</summary>
    /// <param name="since">The first day, a midnight UTC.</param>
    public Task<List<CalledDay>> ListTotalsAsync(string dialect, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.Call(ListTotalsSql).With(dialect).With(since).ListAsync(
            static row => new CalledDay(row.Time("day"), row.Long("calls")), cancellationToken);

    /// <summary>The calls of one client at one older API; null where none is remembered.</summary>
    /// <param name="mostDays">No more days with calls than these, the last ones.</param>
    public async Task<DialectCaller?> FindAsync(string dialect, string clientId, int mostDays, CancellationToken cancellationToken)
    {
        var rows = await database.Call(ListOfCallerSql).With(dialect).With(clientId).With(mostDays).ListAsync(
            static row => (Day: new CalledDay(row.Time("day"), row.Long("calls")), SeenAt: row.Time("last_seen_at")), cancellationToken);
        return rows.Count == 0
            ? null
            : new DialectCaller(clientId, rows.Max(row => row.SeenAt), [.. rows.Select(row => row.Day).Reverse()]);
    }

    /// <summary>Clients that have called an older API, with their calls a day.</summary>
    /// <param name="since">The first day, a midnight UTC.</param>
    /// <param name="after">Only clients behind this one; empty for all.</param>
    /// <param name="most">No more clients than these.</param>
    public async Task<IReadOnlyList<DialectCaller>> ListDaysAsync(
        string dialect, DateTimeOffset since, string after, int most, CancellationToken cancellationToken)
    {
        var rows = await database.Call(ListDaysSql).With(dialect).With(since).With(after).With(most).ListAsync(
            static row => (
                ClientId: row.Text("client_id"), Day: new CalledDay(row.Time("day"), row.Long("calls")), SeenAt: row.Time("last_seen_at")),
            cancellationToken);
        return
        [
            .. rows.GroupBy(row => row.ClientId, StringComparer.Ordinal)
                .Select(client => new DialectCaller(client.Key, client.Max(row => row.SeenAt), [.. client.Select(row => row.Day)])),
        ];
    }
}
