namespace IdentityHub.Storage.Idempotency;

/// <summary>What is stored under a key.</summary>
/// <param name="Answer">Encrypted.</param>
public sealed record StoredIdempotency(byte[] RequestHash, byte[]? Answer);

/// <summary>
/// Remembers the answer to a request under the caller's key. All statements run in the transaction of the effect: the second who comes with
/// a key waits until the first has committed, or has rolled back.
/// </summary>
public static class IdempotencyStore
{
    // A key that has had its time is free again, also before the clean-up. The row of the first is locked until its transaction ends.
    private const string ClaimSql =
        """
        INSERT INTO idempotency_keys (key_hash, request_hash, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (key_hash) DO UPDATE SET request_hash = excluded.request_hash, expires_at = excluded.expires_at, answer = NULL, user_id = NULL
        WHERE idempotency_keys.expires_at <= $4
        """;

    private const string FindSql = "SELECT request_hash, answer FROM idempotency_keys WHERE key_hash = $1";

    private const string AnswerSql = "UPDATE idempotency_keys SET answer = $1, user_id = $2 WHERE key_hash = $3";

    /// <summary>Takes a key.</summary>
    /// <returns>False when it was used during the last 24 hours: <see cref="FindAsync"/> tells for what.</returns>
    public static async Task<bool> TryClaimAsync(
        SqlTransaction transaction, byte[] keyHash, byte[] requestHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(ClaimSql).With(keyHash).With(requestHash).With(now + IdempotencyKey.Lifetime).With(now)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>What the key was used for; null where it was not.</summary>
    public static Task<StoredIdempotency?> FindAsync(SqlTransaction transaction, byte[] keyHash, CancellationToken cancellationToken) =>
        transaction.Call(FindSql).With(keyHash).FirstOrNullAsync(
            static row => new StoredIdempotency(row.Bytes("request_hash"), row.BytesOrNull("answer")), cancellationToken);

    /// <summary>Stores the answer under a key that this transaction has taken.</summary>
    /// <param name="answer">Encrypted.</param>
    /// <param name="userId">Whom it is about; null for none.</param>
    public static Task AnswerAsync(
        SqlTransaction transaction, byte[] keyHash, byte[] answer, Guid? userId, CancellationToken cancellationToken) =>
        transaction.Call(AnswerSql).With(answer).With(userId).With(keyHash).ExecuteAsync(cancellationToken);
}
