using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>How many recovery codes a user has.</summary>
/// <param name="Left">Those that can still be used.</param>
/// <param name="CreatedAt">When they were made.</param>
public sealed record RecoveryCodeCount(int Left, int All, DateTimeOffset CreatedAt);

/// <summary>Recovery codes: a set a user, each code good once.</summary>
public sealed class RecoveryCodeStore(HubDatabase database)
{
    private const string CountSql =
        """
        SELECT SUM(CASE WHEN used_at IS NULL THEN 1 ELSE 0 END) AS codes_left, COUNT(*) AS codes, MIN(created_at) AS made_at
        FROM recovery_codes WHERE user_id = $1 GROUP BY user_id
        """;

    private const string UseSql = "UPDATE recovery_codes SET used_at = $1 WHERE user_id = $2 AND code_hash = $3 AND used_at IS NULL";

    private const string FindUseSql = "SELECT code_hash FROM recovery_codes WHERE user_id = $1 AND code_hash = $2";

    private const string DeleteSql = "DELETE FROM recovery_codes WHERE user_id = $1";

    private const string InsertSql = "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES ($1, $2, $3)";

    private const string HasFactorSql = "SELECT id FROM users WHERE id = $1 AND two_factor_enabled = TRUE";

    /// <summary>The user's; null when they have none.</summary>
    public Task<RecoveryCodeCount?> CountAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(CountSql).With(userId).FirstOrNullAsync(
            static row => new RecoveryCodeCount((int)row.Long("codes_left"), (int)row.Long("codes"), row.Time("made_at")),
            cancellationToken);

    /// <summary>Uses a code up.</summary>
    /// <returns>False when it is none of the user's, or was used before: nothing was changed.</returns>
    public async Task<bool> TryUseAsync(Guid userId, byte[] codeHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(UseSql).With(now).With(userId).With(codeHash).ExecuteAsync(cancellationToken) == 1;

    /// <summary>True when the code is one of the user's, used or not.</summary>
    public async Task<bool> IsOneAsync(Guid userId, byte[] codeHash, CancellationToken cancellationToken) =>
        await database
            .Call(FindUseSql)
            .With(userId)
            .With(codeHash)
            .FirstOrNullAsync(static row => row.Bytes(), cancellationToken)
            is not null;

    /// <summary>Gives the user other codes in place of all that they had.</summary>
    /// <param name="sessionId">The session in which the user asks for them.</param>
    /// <returns>False when the user has no second factor, or the session has ended: nothing was changed.</returns>
    public Task<bool> TryReplaceAsync(
        Guid userId, Guid sessionId, IReadOnlyList<byte[]> codeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken)
                    || await transaction.Call(HasFactorSql).With(userId).ListAsync(static row => row.Guid(), cancellationToken) is [])
                    return false;
                await ReplaceAsync(transaction, userId, codeHashes, now, cancellationToken);
                await RememberedBrowserStore.ForgetAllAsync(transaction, userId, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The same inside a transaction that does more, and holds the row of the user.</summary>
    public static async Task ReplaceAsync(
        SqlTransaction transaction, Guid userId, IReadOnlyList<byte[]> codeHashes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.Call(DeleteSql).With(userId).ExecuteAsync(cancellationToken);
        foreach (var hash in codeHashes)
            await transaction.Call(InsertSql).With(userId).With(hash).With(now).ExecuteAsync(cancellationToken);
    }
}
