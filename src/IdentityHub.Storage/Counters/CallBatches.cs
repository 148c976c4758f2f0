using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Counters;

/// <summary>
/// Counts the calls of this node together, those under one key in one row. So a busy caller is no queue of transactions that wait for one
/// row. Every call is told a number of its own, after it was counted.
/// </summary>
internal sealed class CallBatches
{
    // $1 now; of each key, in the order of the keys, so that the statements of two nodes lock rows in one order: $2 key, $3 calls, $4 end
    // of a window that begins now; one that ends later began when the clock was ahead. The commit does not wait for the disk: a database
    // that is killed forgets half a second of calls.
    private const string CountSql =
        """
        INSERT INTO counters (key_hash, attempts, let_through, expires_at)
        SELECT n.key_hash, n.calls, TRUE, n.ends_at
        FROM (SELECT set_config('synchronous_commit', 'off', TRUE) AS mode) commit,
             unnest($2::bytea[], $3::integer[], $4::timestamptz[]) AS n (key_hash, calls, ends_at)
        WHERE commit.mode = 'off'
        ON CONFLICT (key_hash) DO UPDATE SET
            attempts = CASE WHEN counters.expires_at <= $1 THEN EXCLUDED.attempts ELSE counters.attempts + EXCLUDED.attempts END,
            expires_at = CASE WHEN counters.expires_at <= $1 OR counters.expires_at > EXCLUDED.expires_at THEN EXCLUDED.expires_at
                              ELSE counters.expires_at END
        RETURNING key_hash, attempts, expires_at
        """;

    private readonly HubDatabase _database;
    private readonly StatementBatches<Call, CountedCalls> _batches;

    public CallBatches(HubDatabase database)
    {
        _database = database;
        _batches = new StatementBatches<Call, CountedCalls>(database, CountAsync);
    }

    /// <summary>Counts a call, with others.</summary>
    /// <param name="keyHash">SHA-256 of what it is counted under.</param>
    /// <param name="end">Of a window that begins with it.</param>
    public Task<CountedCalls> CountAsync(byte[] keyHash, DateTimeOffset now, DateTimeOffset end, CancellationToken cancellationToken) =>
        _batches.RunAsync(new Call(new HashKey(keyHash), now, end), cancellationToken);

    private async Task<IReadOnlyList<CountedCalls>> CountAsync(IReadOnlyList<Call> calls)
    {
        var keys = calls.GroupBy(static call => call.Key).OrderBy(static key => key.Key, HashKey.Order).ToArray();
        var counted = await _database.Call(CountSql)
            .With(calls.Max(static call => call.Now))
            .With(Array.ConvertAll(keys, static key => key.Key.Bytes))
            .With(Array.ConvertAll(keys, static key => key.Count()))
            .With(Array.ConvertAll(keys, static key => key.Max(static call => call.End)))
            .ListAsync(
                static row => KeyValuePair.Create(
                    new HashKey(row.Bytes("key_hash")), new CountedCalls(row.Int("attempts"), row.Time("expires_at"))),
                CancellationToken.None);

        // Each takes the next number below those of the calls that were counted with it.
        var last = new Dictionary<HashKey, CountedCalls>(counted);
        var numbers = new CountedCalls[calls.Count];
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            numbers[i] = last[calls[i].Key];
            last[calls[i].Key] = numbers[i] with { Calls = numbers[i].Calls - 1 };
        }

        return numbers;
    }

    private readonly record struct Call(HashKey Key, DateTimeOffset Now, DateTimeOffset End);
}
