namespace IdentityHub.Storage.Counters;

/// <summary>Calls under one key in the window that is open.</summary>
/// <param name="Calls">This one included.</param>
/// <param name="EndsAt">When the window closes and the count begins anew.</param>
public sealed record CountedCalls(int Calls, DateTimeOffset EndsAt);

/// <summary>
/// Calls counted as rows, the same over all nodes: how often, not how it went. PostgreSQL counts together what comes at the same time.
/// </summary>
public sealed class CallCounterStore(HubDatabase database)
{
    // $1 now, $2 key, $3 end of a window that begins now. One that ends later began when the clock was ahead.
    private const string CountSql =
        """
        INSERT INTO counters (key_hash, attempts, let_through, expires_at) VALUES ($2, 1, TRUE, $3)
        ON CONFLICT (key_hash) DO UPDATE SET
            attempts = CASE WHEN counters.expires_at <= $1 THEN 1 ELSE counters.attempts + 1 END,
            expires_at = CASE WHEN counters.expires_at <= $1 OR counters.expires_at > $3 THEN $3 ELSE counters.expires_at END
        RETURNING attempts, expires_at
        """;

    private const string TakeBackSql =
        "UPDATE counters SET attempts = attempts - 1 WHERE key_hash = $1 AND expires_at > $2 AND attempts > 0";

    private readonly CallBatches _batches = new(database);

    /// <summary>Counts a call; the window begins with its first.</summary>
    /// <param name="keyHash">SHA-256 of what it is counted under.</param>
    public Task<CountedCalls> CountAsync(byte[] keyHash, TimeSpan window, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.TakesArrays
            ? _batches.CountAsync(keyHash, now, now + window, cancellationToken)
            : CountAloneAsync(keyHash, window, now, cancellationToken);

    /// <summary>Takes a call back, as if it had not been made; nothing happens where its window has closed.</summary>
    public Task TakeBackAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(TakeBackSql).With(keyHash).With(now).ExecuteAsync(cancellationToken);

    /// <summary>Forgets the calls under a key: what an administrator does.</summary>
    public Task ForgetAsync(byte[] keyHash, CancellationToken cancellationToken) =>
        database.Call("DELETE FROM counters WHERE key_hash = $1").With(keyHash).ExecuteAsync(cancellationToken);

    private async Task<CountedCalls> CountAloneAsync(
        byte[] keyHash, TimeSpan window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counted = await database.Call(CountSql).With(now).With(keyHash).With(now + window).FirstOrNullAsync(
            static row => new CountedCalls(row.Int("attempts"), row.Time("expires_at")), cancellationToken);
        return counted!;
    }
}
