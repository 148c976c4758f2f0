using System.Text;

namespace IdentityHub.Storage.Sessions;

/// <summary>Writes down when sessions were last seen: many in one statement.</summary>
public sealed class SeenSessionStore(HubDatabase database)
{
    /// <summary>Sessions of one statement.</summary>
    public const int BatchSize = 256;

    private readonly Dictionary<int, string> _statements = Sizes().ToDictionary(size => size, Statement);

    /// <summary>Moves <c>last_seen_at</c> of live sessions forward, never back.</summary>
    /// <param name="seen">Session and time, each session once; at most <see cref="BatchSize"/>.</param>
    public Task WriteAsync(IReadOnlyList<KeyValuePair<Guid, DateTimeOffset>> seen, CancellationToken cancellationToken)
    {
        // Few sizes, filled up by the last one again: few statements to prepare.
        var size = Sizes().First(size => size >= seen.Count);
        var call = database.Call(_statements[size]);
        for (var i = 0; i < size; i++)
        {
            var (id, at) = seen[Math.Min(i, seen.Count - 1)];
            call = call.With(id).With(at);
        }

        return call.ExecuteAsync(cancellationToken);
    }

    private static int[] Sizes() => [1, 16, BatchSize];

    private static string Statement(int size)
    {
        var rows = new StringBuilder();
        for (var i = 0; i < size; i++)
            rows.Append(i == 0 ? "" : ", ").Append("($").Append((2 * i) + 1).Append(", $").Append((2 * i) + 2).Append(')');
        return
            $"""
            WITH seen (id, at) AS (VALUES {rows})
            UPDATE sessions SET last_seen_at = seen.at FROM seen
            WHERE sessions.id = seen.id AND sessions.ended_at IS NULL AND sessions.last_seen_at < seen.at
            """;
    }
}
