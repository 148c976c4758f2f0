using IdentityHub.Storage;
using IdentityHub.Storage.CleanUp;

namespace IdentityHub.Cli.Db;

/// <summary>How large a table is.</summary>
/// <param name="Rows">On PostgreSQL about, from its statistics.</param>
/// <param name="OldestExpired">Since when its oldest row could have been removed; null where none waits.</param>
internal sealed record TableSize(string Table, long Rows, DateTimeOffset? OldestExpired);

/// <summary>Reads how large the tables are that grow with use.</summary>
internal sealed class TableSizes(HubDatabase database)
{
    // Their rows stay, or as long as a setting of the server says.
    private static readonly string[] Lasting = ["users", "audit_events", "outbox_messages"];

    // Of a table with rows that was never analyzed it says -1, and a count is quick then. A divided table has the rows of its parts.
    private const string EstimateSql =
        """
        SELECT CASE WHEN bool_or(reltuples < 0 AND pg_relation_size(oid) > 0) THEN -1 ELSE SUM(GREATEST(reltuples, 0)) END::bigint FROM pg_class
        WHERE (oid = to_regclass($1) AND relkind = 'r') OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass($1))
        """;

    /// <summary>The tables in the order of their sizes, the largest first.</summary>
    public async Task<IReadOnlyList<TableSize>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sizes = new List<TableSize>();
        foreach (var table in Lasting)
            sizes.Add(new TableSize(table, await CountAsync(table, cancellationToken), OldestExpired: null));
        foreach (var table in ExpiredRows.Expiring)
        {
            var oldest = (await database.Call($"SELECT MIN({table.Time}) FROM {table.Name}")
                .ListAsync(static row => row.TimeOrNull(), cancellationToken))[0];
            sizes.Add(new TableSize(table.Name, await CountAsync(table.Name, cancellationToken), oldest < now ? oldest : null));
        }

        return [.. sizes.OrderByDescending(size => size.Rows).ThenBy(size => size.Table, StringComparer.Ordinal)];
    }

    private async Task<long> CountAsync(string table, CancellationToken cancellationToken)
    {
        if (!database.TimesAreTicks
            && await database.Call(EstimateSql).With(table).ListAsync(static row => row.Long(), cancellationToken) is [>= 0 and var about])
            return about;
        return (await database.Call($"SELECT COUNT(*) FROM {table}").ListAsync(static row => row.Long(), cancellationToken))[0];
    }
}
