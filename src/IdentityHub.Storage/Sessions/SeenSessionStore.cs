using System.Text;

namespace IdentityHub.Storage.Sessions;

/// <summary>Writes down when sessions were last seen: many in one statement.</summary>
public sealed class SeenSessionStore
{
    /// <summary>Sessions of one statement.</summary>
    public const int BatchSize = 256;

    private readonly HubDatabase _database;
    private readonly Dictionary<int, string> _statements;

    public SeenSessionStore(HubDatabase database)
    {
        _database = database;
        _statements = Sizes()
            .ToDictionary(
                size => size, size => Statement(size, database.LockRowsSql.Length == 0 ? "" : database.LockRowsSql + " OF sessions"));
    }

    /// <summary>Moves <c>last_seen_at</c> of live sessions forward, never back.</summary>
    /// <param name="seen">Session and time, each session once; at most <see cref="BatchSize"/>.</param>
    public Task WriteAsync(IReadOnlyList<KeyValuePair<Guid, DateTimeOffset>> seen, CancellationToken cancellationToken)
    {
        // Few sizes, filled up by the last one again: few statements to prepare.
        var size = Sizes().First(size => size >= seen.Count);
        var call = _database.Call(_statements[size]);
        for (var i = 0; i < size; i++)
        {
            var (id, at) = seen[Math.Min(i, seen.Count - 1)];
            call = call.With(id).With(at);
        }

        return call.ExecuteAsync(cancellationToken);
    }

    private static int[] Sizes() => [1, 16, BatchSize];

    // In the order of their ids: the batches of two nodes hold sessions of each other otherwise.
    private static string Statement(int size, string lockRowsSql)
    {
        var rows = new StringBuilder();
        for (var i = 0; i < size; i++)
            rows.Append(i == 0 ? "" : ", ").Append("($").Append((2 * i) + 1).Append(", $").Append((2 * i) + 2).Append(')');
        return
            $"""
            WITH given (id, at) AS (VALUES {rows}),
            seen AS (
                SELECT sessions.id, given.at FROM sessions JOIN given ON given.id = sessions.id
                WHERE sessions.ended_at IS NULL AND sessions.last_seen_at < given.at
                ORDER BY sessions.id{lockRowsSql})
            UPDATE sessions SET last_seen_at = seen.at FROM seen
            WHERE sessions.id = seen.id AND sessions.ended_at IS NULL AND sessions.last_seen_at < seen.at
            """;
    }
}
