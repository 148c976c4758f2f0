namespace IdentityHub.Storage.Audit.Reading;

/// <summary>How often one thing has happened in a span of time.</summary>
/// <param name="Name">A type of events, a reason, or a client.</param>
public sealed record CountedRows(string Name, long Count);

/// <summary>What happened in a span of time.</summary>
/// <param name="Logins">Sessions that were started, and logins that renewed one.</param>
/// <param name="Tokens">Answers of token endpoints.</param>
/// <param name="Refusals">By reason, the most frequent ones first.</param>
/// <param name="Clients">Tokens by client, those with the most first.</param>
public sealed record SpanFigures(long Logins, long Tokens, IReadOnlyList<CountedRows> Refusals, IReadOnlyList<CountedRows> Clients)
{
    /// <summary>Figures of several spans together. What is rare in each of them is left out, as in each of them.</summary>
    public static SpanFigures Sum(IReadOnlyCollection<SpanFigures> spans) => new(
        spans.Sum(span => span.Logins), spans.Sum(span => span.Tokens), Sum(spans, span => span.Refusals),
        Sum(spans, span => span.Clients));

    private static IReadOnlyList<CountedRows> Sum(
        IEnumerable<SpanFigures> spans, Func<SpanFigures, IReadOnlyList<CountedRows>> rowsOf) =>
        [
            .. spans.SelectMany(rowsOf)
                .GroupBy(row => row.Name, StringComparer.Ordinal)
                .Select(rows => new CountedRows(rows.Key, rows.Sum(row => row.Count)))
                .OrderByDescending(row => row.Count).ThenBy(row => row.Name, StringComparer.Ordinal)
                .Take(AuditFigures.Most),
        ];
}

/// <summary>
/// Counts rows of the audit trail. A statement reads one span of time by the index of the time, so a span must be short: an hour or a day.
/// </summary>
public sealed class AuditFigures(HubDatabase database)
{
    // A caller may name whatever client they like, and there are as many reasons as checks: those that are rare are left out.
    internal const int Most = 20;

    private const string TypesSql =
        """
        SELECT type, COUNT(*) AS number FROM audit_events
        WHERE at >= $1 AND at < $2 AND type IN ('session.started', 'session.renewed', 'token.issued') GROUP BY type
        """;

    private const string ReasonsSql =
        """
        SELECT reason AS name, COUNT(*) AS number FROM audit_events
        WHERE at >= $1 AND at < $2 AND reason IS NOT NULL GROUP BY reason ORDER BY number DESC, name LIMIT $3
        """;

    private const string ClientsSql =
        """
        SELECT client_id AS name, COUNT(*) AS number FROM audit_events
        WHERE at >= $1 AND at < $2 AND type = 'token.issued' AND client_id IS NOT NULL
        GROUP BY client_id ORDER BY number DESC, name LIMIT $3
        """;

    /// <summary>Counts.</summary>
    /// <param name="from">The first time that counts, UTC.</param>
    /// <param name="to">The first that does not.</param>
    public async Task<SpanFigures> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var types = await database.Call(TypesSql).With(from).With(to).ListAsync(
            static row => (Type: row.Text("type"), Count: row.Long("number")), cancellationToken);
        var reasons = await database.Call(ReasonsSql).With(from).With(to).With(Most).ListAsync(
            static row => new CountedRows(row.Text("name"), row.Long("number")), cancellationToken);
        var clients = await database.Call(ClientsSql).With(from).With(to).With(Most).ListAsync(
            static row => new CountedRows(row.Text("name"), row.Long("number")), cancellationToken);
        return new SpanFigures(
            types.Where(type => type.Type != "token.issued").Sum(type => type.Count),
            types.Where(type => type.Type == "token.issued").Sum(type => type.Count), reasons, clients);
    }
}
