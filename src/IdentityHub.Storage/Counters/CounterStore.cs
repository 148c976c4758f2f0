namespace IdentityHub.Storage.Counters;

/// <summary>How many attempts, and what follows.</summary>
/// <param name="Name">Part of the key: rules do not share counts.</param>
/// <param name="Limit">The attempt that reaches it is still let through and starts the first block; at least 2.</param>
/// <param name="Window">How long attempts are remembered.</param>
/// <param name="Sliding">True: the window begins anew with each attempt. False: it begins with the first.</param>
/// <param name="FirstBlock">Length of the first block.</param>
/// <param name="LongestBlock">Each further attempt doubles the block up to this.</param>
public sealed record CounterRule(string Name, int Limit, TimeSpan Window, bool Sliding, TimeSpan FirstBlock, TimeSpan LongestBlock);

/// <summary>What the count says of an attempt.</summary>
/// <param name="LetThrough">False: blocked; the attempt must not be evaluated.</param>
/// <param name="Attempts">Attempts that were let through in this window, this one included.</param>
/// <param name="BlockedUntil">From now on nothing is let through before this time.</param>
public sealed record CountedAttempt(bool LetThrough, int Attempts, DateTimeOffset? BlockedUntil);

/// <summary>Attempts counted as rows, the same over all nodes. An attempt is counted, and committed, before it is evaluated.</summary>
public sealed class CounterStore(HubDatabase database)
{
    // $1 now, $2 key, $3 end of the window, $4 limit, $5 sliding, $6 … $10 ends of the first to the fifth block, $11 the latest end of a
    // row that is written now, $12 an end that no block has: the clock was ahead when it began, so it is over, and its attempts count on.
    private const string CountSql =
        """
        INSERT INTO counters (key_hash, attempts, let_through, expires_at) VALUES ($2, 1, TRUE, $3)
        ON CONFLICT (key_hash) DO UPDATE SET
            attempts = CASE WHEN counters.expires_at <= $1 THEN 1
                            WHEN counters.blocked_until > $1 AND counters.blocked_until < $12 THEN counters.attempts
                            ELSE counters.attempts + 1 END,
            let_through = CASE WHEN counters.expires_at > $1 AND counters.blocked_until > $1 AND counters.blocked_until < $12 THEN FALSE
                               ELSE TRUE END,
            blocked_until = CASE WHEN counters.expires_at <= $1 THEN NULL
                                 WHEN counters.blocked_until > $1 AND counters.blocked_until < $12 THEN counters.blocked_until
                                 WHEN counters.attempts + 1 < $4 THEN NULL
                                 WHEN counters.attempts + 1 = $4 THEN $6
                                 WHEN counters.attempts = $4 THEN $7
                                 WHEN counters.attempts - 1 = $4 THEN $8
                                 WHEN counters.attempts - 2 = $4 THEN $9
                                 ELSE $10 END,
            expires_at = CASE WHEN counters.expires_at <= $1 OR $5 THEN $3
                              WHEN counters.blocked_until IS NULL AND counters.attempts + 1 >= $4 THEN $6
                              WHEN counters.expires_at > $11 THEN $11
                              ELSE counters.expires_at END
        RETURNING let_through, attempts, blocked_until
        """;

    private const string PeekSql = "SELECT attempts, blocked_until FROM counters WHERE key_hash = $1 AND expires_at > $2";

    private const string ClearSql = "DELETE FROM counters WHERE key_hash = $1";

    // The attempt was let through, so the current block began with it, or because it was counted.
    private const string TakeBackSql =
        "UPDATE counters SET attempts = attempts - $2, blocked_until = NULL WHERE key_hash = $1 AND attempts > $3";

    private const string NoteBlockSql =
        """
        INSERT INTO counters (key_hash, attempts, let_through, blocked_until, expires_at) VALUES ($1, 1, FALSE, $2, $2)
        ON CONFLICT (key_hash) DO UPDATE SET
            blocked_until = CASE WHEN counters.blocked_until > $2 THEN counters.blocked_until ELSE $2 END,
            expires_at = CASE WHEN counters.blocked_until > $2 THEN counters.blocked_until ELSE $2 END
        """;

    // The clocks of nodes differ by seconds.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private static DateTimeOffset NoBlockEndsAt(CounterRule rule, DateTimeOffset now) => now + rule.LongestBlock + Skew;

    /// <summary>Counts an attempt; two that arrive at once are counted one after the other.</summary>
    public async Task<CountedAttempt> CountAsync(CounterRule rule, byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Those who count under one key come one after the other in any case. Most of them wait without a connection.
        using var turn = await database.TakeRowTurnAsync(new Guid(keyHash.AsSpan(0, 16)), cancellationToken);
        var call = database.Call(CountSql).With(now).With(keyHash).With(now + rule.Window).With(rule.Limit).With(rule.Sliding);
        var block = rule.FirstBlock;
        for (var i = 0; i < 5; i++)
        {
            call = call.With(now + (i < 4 && block < rule.LongestBlock ? block : rule.LongestBlock));
            block += block;
        }

        call = call.With(now + (rule.Window > rule.LongestBlock ? rule.Window : rule.LongestBlock)).With(NoBlockEndsAt(rule, now));
        var counted = await call.FirstOrNullAsync(
            static row => new CountedAttempt(row.Bool("let_through"), row.Int("attempts"), row.TimeOrNull("blocked_until")),
            cancellationToken);
        return counted!;
    }

    /// <summary>Reads a count without adding to it; null when there is none.</summary>
    public Task<CountedAttempt?> PeekAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database
            .Call(PeekSql)
            .With(keyHash)
            .With(now)
            .FirstOrNullAsync(
                row => new CountedAttempt(!(row.TimeOrNull("blocked_until") > now), row.Int("attempts"), row.TimeOrNull("blocked_until")),
                cancellationToken);

    /// <summary>The same for a count that is not added to while it blocks.</summary>
    public async Task<CountedAttempt?> PeekAsync(
        CounterRule rule, byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counted = await PeekAsync(keyHash, now, cancellationToken);
        return counted?.BlockedUntil >= NoBlockEndsAt(rule, now) ? counted with { LetThrough = true, BlockedUntil = null } : counted;
    }

    /// <summary>Remembers that something is blocked, so that it can be listed; a later end than <paramref name="until"/> stays.</summary>
    public Task NoteBlockAsync(byte[] keyHash, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.Call(NoteBlockSql).With(keyHash).With(until).ExecuteAsync(cancellationToken);

    /// <summary>Forgets the attempts under a key: what a success does to the counts that are its own.</summary>
    /// <returns>False when there were none.</returns>
    public async Task<bool> ClearAsync(byte[] keyHash, CancellationToken cancellationToken) =>
        await database.Call(ClearSql).With(keyHash).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Removes the attempts under several keys, inside a transaction.</summary>
    public static Task EraseAsync(SqlTransaction transaction, IReadOnlyList<byte[]> keyHashes, CancellationToken cancellationToken) =>
        transaction.DeleteAsync("counters", "key_hash", keyHashes, cancellationToken);

    /// <summary>
    /// Takes back one attempt that was let through, and the block that it began: what a success does to a count that it shares with others.
    /// </summary>
    /// <param name="attempts">How many are taken back.</param>
    /// <param name="least">A count that is no higher stays; below zero it is a credit for attempts to come.</param>
    public Task TakeBackAsync(byte[] keyHash, CancellationToken cancellationToken, int attempts = 1, int least = 0) =>
        database.Call(TakeBackSql).With(keyHash).With(attempts).With(least).ExecuteAsync(cancellationToken);
}
