using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>The rows of the key ring, and the imported keys. Raw statements, because every start of a node waits for them.</summary>
public sealed class SigningKeyStore(HubDatabase database)
{
    private const string LockName = "signing-keys";

    private const string ListSql =
        """
        SELECT key_id, algorithm, wrapped_private_key, created_at, not_before, sign_until, publish_until
        FROM signing_keys WHERE publish_until > $1 ORDER BY not_before, key_id
        """;

    private const string InsertSql =
        """
        INSERT INTO signing_keys (key_id, algorithm, wrapped_private_key, created_at, not_before, sign_until, publish_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string SetTimesSql = "UPDATE signing_keys SET not_before = $1, sign_until = $2, publish_until = $3 WHERE key_id = $4";

    private const string ListImportedSql =
        "SELECT key_id, public_key, imported_at, publish_until FROM imported_keys WHERE publish_until > $1 ORDER BY key_id";

    private const string ImportSql =
        """
        INSERT INTO imported_keys (key_id, public_key, imported_at, publish_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (key_id) DO UPDATE
        SET public_key = excluded.public_key, imported_at = excluded.imported_at, publish_until = excluded.publish_until
        """;

    /// <summary>Every key that is published at <paramref name="now"/>, in the order in which they begin to sign.</summary>
    public async Task<IReadOnlyList<SigningKey>> ListPublishedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(ListSql).With(now).ListAsync(Read, cancellationToken);

    /// <summary>
    /// Adds the keys that <paramref name="missing"/> makes for the ring as it is, while no other node can do the same. Two nodes that
    /// start at once make one key: the second sees what the first has added.
    /// </summary>
    public async Task<IReadOnlyList<SigningKey>> AddMissingAsync(
        Func<IReadOnlyList<SigningKey>, IReadOnlyList<SigningKey>> missing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync(LockName, cancellationToken);
        var ring = await transaction.Call(ListSql).With(now).ListAsync(Read, cancellationToken);
        var added = missing(ring);
        foreach (var key in added)
            await InsertAsync(transaction, key, cancellationToken);

        await transaction.CommitAsync(cancellationToken);
        return [.. ring, .. added];
    }

    /// <summary>Every imported key that is published at <paramref name="now"/>, in the order of their ids.</summary>
    public async Task<IReadOnlyList<ImportedKey>> ListImportedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(ListImportedSql).With(now).ListAsync(ReadImported, cancellationToken);

    /// <summary>
    /// Changes keys in one transaction, while no node adds any, and tells all nodes when it has committed. Nothing is changed where
    /// <paramref name="change"/> throws.
    /// </summary>
    public async Task<T> ChangeAsync<T>(
        Func<SqlTransaction, PublishedKeys, Task<T>> change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        var result = await ChangeAsync(transaction, published => change(transaction, published), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>The same in a transaction of the caller, who commits it.</summary>
    public async Task<T> ChangeAsync<T>(
        SqlTransaction transaction, Func<PublishedKeys, Task<T>> change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.LockAsync(LockName, cancellationToken);
        var result = await change(await ReadAsync(transaction.Call, now, cancellationToken));
        await database.AnnounceConfigChangeAsync(transaction.Connection, transaction.Transaction, cancellationToken);
        return result;
    }

    /// <summary>What the JWKS shows at <paramref name="now"/>.</summary>
    public Task<PublishedKeys> ReadPublishedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(database.Call, now, cancellationToken);

    private static async Task<PublishedKeys> ReadAsync(
        Func<string, SqlCall> call, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(
            await call(ListSql).With(now).ListAsync(Read, cancellationToken),
            await call(ListImportedSql).With(now).ListAsync(ReadImported, cancellationToken));

    /// <summary>Adds a key, inside a change.</summary>
    public static Task InsertAsync(SqlTransaction transaction, SigningKey key, CancellationToken cancellationToken) =>
        transaction.Call(InsertSql)
            .With(key.KeyId)
            .With(key.Algorithm)
            .With(key.WrappedPrivateKey)
            .With(key.CreatedAt)
            .With(key.NotBefore)
            .With(key.SignUntil)
            .With(key.PublishUntil)
            .ExecuteAsync(cancellationToken);

    /// <summary>Stores when a key begins to sign, ends to sign and leaves the JWKS, inside a change.</summary>
    public static Task SetTimesAsync(SqlTransaction transaction, SigningKey key, CancellationToken cancellationToken) =>
        transaction.Call(SetTimesSql)
            .With(key.NotBefore)
            .With(key.SignUntil)
            .With(key.PublishUntil)
            .With(key.KeyId)
            .ExecuteAsync(cancellationToken);

    /// <summary>
    /// Adds an imported key, or replaces the one with its id, inside a change. The caller has made sure that none of
    /// the ring has this id.
    /// </summary>
    public static Task ImportAsync(SqlTransaction transaction, ImportedKey key, CancellationToken cancellationToken) =>
        transaction.Call(ImportSql)
            .With(key.KeyId)
            .With(key.PublicKey)
            .With(key.ImportedAt)
            .With(key.PublishUntil)
            .ExecuteAsync(cancellationToken);

    private static ImportedKey ReadImported(Row row) => new()
    {
        KeyId = row.Text("key_id"),
        PublicKey = row.Text("public_key"),
        ImportedAt = row.Time("imported_at"),
        PublishUntil = row.Time("publish_until"),
    };

    private static SigningKey Read(Row row) => new()
    {
        KeyId = row.Text("key_id"),
        Algorithm = row.Text("algorithm"),
        WrappedPrivateKey = row.Bytes("wrapped_private_key"),
        CreatedAt = row.Time("created_at"),
        NotBefore = row.Time("not_before"),
        SignUntil = row.Time("sign_until"),
        PublishUntil = row.Time("publish_until"),
    };
}

/// <summary>What the JWKS shows at a moment.</summary>
/// <param name="Ring">The keys of this installation, in the order in which they begin to sign.</param>
/// <param name="Imported">Those of other issuers, which sign nothing.</param>
public sealed record PublishedKeys(IReadOnlyList<SigningKey> Ring, IReadOnlyList<ImportedKey> Imported);
