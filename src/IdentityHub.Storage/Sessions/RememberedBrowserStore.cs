namespace IdentityHub.Storage.Sessions;

/// <summary>A remembered browser as its user sees it.</summary>
public sealed record ListedBrowser(
    byte[] SecretHash, string? UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>Browsers that stand for the second factor of a user.</summary>
public sealed class RememberedBrowserStore(HubDatabase database)
{
    /// <summary>How many a user has at most: of more, the one that was not used for longest is forgotten.</summary>
    public const int Most = 10;

    /// <summary>The statement that forgets all of them; <c>$1</c> is the user.</summary>
    internal const string ForgetAllSql = "DELETE FROM remembered_browsers WHERE user_id = $1";

    private const string InsertSql =
        """
        INSERT INTO remembered_browsers (secret_hash, user_id, user_agent, created_at, last_used_at, expires_at, security_stamp)
        SELECT $1, u.id, $3, $4, $4, $5, COALESCE(u.security_stamp, '') FROM users u WHERE u.id = $2
        """;

    // Whatever changes the credentials of the user ends the browser with their stamp, also where it removes no row.
    private const string HasStampSql = "security_stamp = (SELECT COALESCE(u.security_stamp, '') FROM users u WHERE u.id = user_id)";

    private const string UseSql =
        $"UPDATE remembered_browsers SET last_used_at = $1 WHERE secret_hash = $2 AND user_id = $3 AND expires_at > $1 AND {HasStampSql}";

    private const string ListSql =
        $"""
        SELECT secret_hash, user_agent, created_at, last_used_at, expires_at FROM remembered_browsers
        WHERE user_id = $1 AND expires_at > $2 AND {HasStampSql} ORDER BY last_used_at DESC, secret_hash
        """;

    private const string ForgetSql = "DELETE FROM remembered_browsers WHERE secret_hash = $1 AND user_id = $2";

    private static readonly string ForgetOldestSql =
        $"""
        DELETE FROM remembered_browsers WHERE user_id = $1 AND secret_hash NOT IN (
            SELECT secret_hash FROM remembered_browsers WHERE user_id = $1 ORDER BY last_used_at DESC, secret_hash LIMIT {Most})
        """;

    /// <summary>Remembers a browser, while the session in which the second factor was proven lives.</summary>
    /// <param name="before">Hash of the secret that the browser had for this user; its row goes. Null for none.</param>
    /// <returns>False when the session has ended: nothing was changed.</returns>
    public Task<bool> TryAddAsync(RememberedBrowser browser, Guid sessionId, byte[]? before, CancellationToken cancellationToken) =>
        database.RunAsync(
            browser.UserId,
            async transaction =>
            {
                // Of several browsers that are remembered at once each sees the others.
                if (!await SessionStore.TryHoldOwnAsync(transaction, browser.UserId, sessionId, cancellationToken))
                    return false;
                if (before is not null)
                    await transaction.Call(ForgetSql).With(before).With(browser.UserId).ExecuteAsync(cancellationToken);
                await transaction.Call(InsertSql)
                    .With(browser.SecretHash)
                    .With(browser.UserId)
                    .With(browser.UserAgent)
                    .With(browser.CreatedAt)
                    .With(browser.ExpiresAt)
                    .ExecuteAsync(cancellationToken);
                await transaction.Call(ForgetOldestSql).With(browser.UserId).ExecuteAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Notes that a browser stands for the second factor of its user.</summary>
    /// <returns>False when it is not remembered for this user, or no longer, or the credentials have changed since.</returns>
    public async Task<bool> TryUseAsync(Guid userId, byte[] secretHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(UseSql).With(now).With(secretHash).With(userId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Those of a user, the one that was used last first.</summary>
    public Task<List<ListedBrowser>> OfUserAsync(Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(ListSql).With(userId).With(now).ListAsync(
            static row => new ListedBrowser(
                row.Bytes("secret_hash"), row.TextOrNull("user_agent"), row.Time("created_at"), row.Time("last_used_at"),
                row.Time("expires_at")),
            cancellationToken);

    /// <summary>Forgets one browser of a user.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> ForgetAsync(Guid userId, byte[] secretHash, CancellationToken cancellationToken) =>
        await database.Call(ForgetSql).With(secretHash).With(userId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Forgets every browser of a user.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> ForgetAllAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(ForgetAllSql).With(userId).ExecuteAsync(cancellationToken);

    /// <summary>The same inside a transaction that does more: a factor or the password changes, or every session ends.</summary>
    internal static Task ForgetAllAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Call(ForgetAllSql).With(userId).ExecuteAsync(cancellationToken);
}
