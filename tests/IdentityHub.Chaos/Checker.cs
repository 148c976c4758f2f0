using Npgsql;
using NpgsqlTypes;

namespace IdentityHub.Chaos;

/// <summary>
/// Looks at the history of a run and at the database, and at nothing else: it knows neither the clients nor the faults. Nothing was used
/// twice, no acknowledged revocation is alive, no acknowledged write is lost.
/// </summary>
internal static class Checker
{
    private const int Batch = 1000;

    // Which of the given hashes have a row, and which of them are alive: not ended, not revoked, and nothing that they hang on is.
    private static readonly Dictionary<string, (string There, string Alive)> Tables = new(StringComparer.Ordinal)
    {
        ["refresh_tokens"] = (
            "SELECT token_hash FROM refresh_tokens WHERE token_hash = ANY($1)",
            """
            SELECT t.token_hash FROM refresh_tokens t JOIN refresh_token_families f ON f.id = t.family_id JOIN sessions s ON s.id = f.session_id
            WHERE t.token_hash = ANY($1) AND f.revoked_at IS NULL AND s.ended_at IS NULL
            """),
        ["access_tokens"] = (
            "SELECT token_hash FROM access_tokens WHERE token_hash = ANY($1)",
            "SELECT token_hash FROM access_tokens WHERE token_hash = ANY($1) AND revoked_at IS NULL"),
        ["sessions"] = (
            "SELECT handle_hash FROM sessions WHERE handle_hash = ANY($1)",
            "SELECT handle_hash FROM sessions WHERE handle_hash = ANY($1) AND ended_at IS NULL"),
    };

    /// <summary>What is wrong, a sentence each; empty where nothing was lost.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(string historyPath, string connectionString)
    {
        var entries = History.Read(historyPath).ToList();
        var faults = new List<string>();
        foreach (var twice in entries.Where(entry => entry.Happened == Happened.Used).GroupBy(entry => (entry.Kind, entry.Hash))
                .Where(uses => uses.Count() > 1))
            faults.Add($"{twice.Key.Kind} {twice.Key.Hash[..12]} was accepted {twice.Count()} times, at {Times(twice)}.");

        // Of its own: the server may have been killed since the last look.
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var written in entries.Where(entry => entry.Happened == Happened.Written).GroupBy(entry => entry.Kind))
        {
            var there = await FindAsync(connection, Tables[written.Key].There, written);
            faults.AddRange(
                written.Where(entry => !there.Contains(entry.Hash))
                    .Select(entry => $"A row of {entry.Kind} that was acknowledged at {entry.At:O} is lost: {entry.Hash[..12]}."));
        }

        foreach (var revoked in entries.Where(entry => entry.Happened == Happened.Revoked).GroupBy(entry => entry.Kind))
        {
            var alive = await FindAsync(connection, Tables[revoked.Key].Alive, revoked);
            faults.AddRange(
                revoked.Where(entry => alive.Contains(entry.Hash))
                    .Select(entry =>
                        $"A row of {entry.Kind} whose revocation was acknowledged at {entry.At:O} is alive: {entry.Hash[..12]}."));
        }

        return faults;
    }

    private static string Times(IEnumerable<HistoryEntry> entries) =>
        string.Join(" and ", entries.Select(entry => $"{entry.At:HH:mm:ss.fff}"));

    private static async Task<HashSet<string>> FindAsync(NpgsqlConnection connection, string sql, IEnumerable<HistoryEntry> entries)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in entries.Select(entry => Convert.FromHexString(entry.Hash)).Chunk(Batch))
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = batch, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                found.Add(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)));
        }

        return found;
    }
}
