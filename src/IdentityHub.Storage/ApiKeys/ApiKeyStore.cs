namespace IdentityHub.Storage.ApiKeys;

/// <summary>A live API key of the database.</summary>
/// <param name="OrganizationId">Where the permissions hold; null: everywhere.</param>
public sealed record StoredApiKey(string Name, string? OrganizationId, IReadOnlyList<string> Permissions);

/// <summary>An API key in a list.</summary>
public sealed record ListedApiKey(
    string Name, string? OrganizationId, string Permissions, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>API keys that the hub has issued, and when those of either kind were last used.</summary>
public sealed class ApiKeyStore(HubDatabase database)
{
    private const string IsLiveSql = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";

    private const string FindSql = $"SELECT name, organization_id, permissions FROM api_keys WHERE key_hash = $1 AND {IsLiveSql}";

    private const string InsertSql =
        """
        INSERT INTO api_keys (id, name, key_hash, organization_id, permissions, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string LatestSql =
        $"SELECT name, organization_id, permissions FROM api_keys WHERE name = $1 AND {IsLiveSql} ORDER BY created_at DESC, id "
            + "DESC LIMIT 1";

    private const string ShortenSql =
        $"UPDATE api_keys SET expires_at = $3 WHERE name = $1 AND {IsLiveSql} AND (expires_at IS NULL OR expires_at > $3)";

    private const string RevokeSql = $"UPDATE api_keys SET revoked_at = $2 WHERE name = $1 AND {IsLiveSql}";

    private const string ListSql =
        """
        SELECT k.name, k.organization_id, k.permissions, k.created_at, k.expires_at, k.revoked_at, u.last_used_at
        FROM api_keys k LEFT JOIN api_key_uses u ON u.name = k.name
        ORDER BY k.name, k.created_at, k.id
        """;

    private const string ListUsesSql = "SELECT name, last_used_at FROM api_key_uses";

    private const string UsedSql =
        """
        INSERT INTO api_key_uses (name, last_used_at) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET last_used_at = excluded.last_used_at WHERE api_key_uses.last_used_at < excluded.last_used_at
        """;

    /// <summary>The live key with this hash; null for none. One read by a unique index.</summary>
    public Task<StoredApiKey?> FindAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(keyHash).With(now).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Stores a key whose name no live key has.</summary>
    /// <param name="note">Writes what is to be written with the change, in its transaction.</param>
    /// <returns>False when one has it: nothing was stored.</returns>
    public async Task<bool> TryIssueAsync(ApiKey key, Func<SqlTransaction, Task> note, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("api-keys", cancellationToken);
        if (await transaction.Call(LatestSql).With(key.Name).With(key.CreatedAt).FirstOrNullAsync(Read, cancellationToken) is not null)
            return false;
        await InsertAsync(transaction, key, cancellationToken);
        await note(transaction);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Gives a name a new key with the rights of the newest one; those before it end soon.</summary>
    /// <param name="oldEndAt">When the older keys end, unless they end before.</param>
    /// <param name="make">Makes the successor of the newest key.</param>
    /// <param name="note">Writes what is to be written with the change, in its transaction.</param>
    /// <returns>False when no live key has the name.</returns>
    public async Task<bool> TryRotateAsync(
        string name, DateTimeOffset now, DateTimeOffset oldEndAt, Func<StoredApiKey, ApiKey> make, Func<SqlTransaction, Task> note,
        CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("api-keys", cancellationToken);
        if (await transaction.Call(LatestSql).With(name).With(now).FirstOrNullAsync(Read, cancellationToken) is not { } newest)
            return false;
        await transaction.Call(ShortenSql).With(name).With(now).With(oldEndAt).ExecuteAsync(cancellationToken);
        await InsertAsync(transaction, make(newest), cancellationToken);
        await note(transaction);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends every live key of a name at once.</summary>
    /// <param name="note">Writes what is to be written with the change, in its transaction. Not called where there is no key.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> RevokeAsync(
        string name, DateTimeOffset now, Func<SqlTransaction, Task> note, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("api-keys", cancellationToken);
        var revoked = await RevokeAsync(transaction, name, now, cancellationToken);
        if (revoked == 0)
            return 0;
        await note(transaction);
        await transaction.CommitAsync(cancellationToken);
        return revoked;
    }

    /// <summary>Ends every live key of a name inside a transaction.</summary>
    /// <returns>How many there were.</returns>
    public static Task<int> RevokeAsync(
        SqlTransaction transaction, string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(RevokeSql).With(name).With(now).ExecuteAsync(cancellationToken);

    /// <summary>Every key that was ever issued, by name.</summary>
    public Task<List<ListedApiKey>> ListAsync(CancellationToken cancellationToken) =>
        database.Call(ListSql).ListAsync(
            static row => new ListedApiKey(
                row.Text("name"),
                row.TextOrNull("organization_id"),
                row.Text("permissions"),
                row.Time("created_at"),
                row.TimeOrNull("expires_at"),
                row.TimeOrNull("revoked_at"),
                row.TimeOrNull("last_used_at")),
            cancellationToken);

    /// <summary>When keys were last used, those of the configuration files among them.</summary>
    public Task<List<ApiKeyUse>> ListUsesAsync(CancellationToken cancellationToken) =>
        database
            .Call(ListUsesSql)
            .ListAsync(static row => new ApiKeyUse { Name = row.Text("name"), LastUsedAt = row.Time("last_used_at") }, cancellationToken);

    /// <summary>Notes that the key of a name was used.</summary>
    public Task WriteUseAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.Call(UsedSql).With(name).With(at).ExecuteAsync(cancellationToken);

    private static StoredApiKey Read(Sql.Row row) => new(
        row.Text("name"), row.TextOrNull("organization_id"), row.Text("permissions").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static Task<int> InsertAsync(SqlTransaction transaction, ApiKey key, CancellationToken cancellationToken) =>
        transaction.Call(InsertSql)
            .With(key.Id)
            .With(key.Name)
            .With(key.KeyHash)
            .With(key.OrganizationId)
            .With(key.Permissions)
            .With(key.CreatedAt)
            .With(key.ExpiresAt)
            .ExecuteAsync(cancellationToken);
}
