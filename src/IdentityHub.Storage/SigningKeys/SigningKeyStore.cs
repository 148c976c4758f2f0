using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>The rows of the key ring. Raw statements, because every start of a node waits for them.</summary>
public sealed class SigningKeyStore(HubDatabase database)
{
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
        await using var transaction = await database.BeginLockedAsync("signing-keys", cancellationToken);
        var ring = await transaction.Call(ListSql).With(now).ListAsync(Read, cancellationToken);
        var added = missing(ring);
        foreach (var key in added)
        {
            await transaction.Call(InsertSql)
                .With(key.KeyId)
                .With(key.Algorithm)
                .With(key.WrappedPrivateKey)
                .With(key.CreatedAt)
                .With(key.NotBefore)
                .With(key.SignUntil)
                .With(key.PublishUntil)
                .ExecuteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. ring, .. added];
    }

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
