using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.AccessTokens;

/// <summary>Stores and finds the access tokens by reference that this node issues and is asked for at the same time.</summary>
internal sealed class AccessTokenBatches
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns =
        "token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, revoked_at, actor";

    private const string InsertManySql =
        """
        INSERT INTO access_tokens (token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, actor)
        SELECT * FROM unnest($1::bytea[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[],
                             $9::timestamptz[], $10::text[])
        """;

    private const string FindManySql = $"SELECT {Columns} FROM access_tokens WHERE token_hash = ANY ($1::bytea[])";

    private const int InsertionsAtOnce = 2;

    private readonly HubDatabase _database;
    private readonly StatementBatches<AccessToken, bool> _insertions;
    private readonly StatementBatches<byte[], AccessToken?> _searches;

    public AccessTokenBatches(HubDatabase database)
    {
        _database = database;
        _insertions = new StatementBatches<AccessToken, bool>(database, InsertAsync, InsertionsAtOnce);
        _searches = new StatementBatches<byte[], AccessToken?>(database, FindAsync);
    }

    /// <summary>Stores a token, with others.</summary>
    public Task InsertAsync(AccessToken token, CancellationToken cancellationToken) => _insertions.RunAsync(token, cancellationToken);

    /// <summary>The row of a token; null when there is none.</summary>
    public Task<AccessToken?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        _searches.RunAsync(tokenHash, cancellationToken);

    /// <summary>A row of <see cref="Columns"/>.</summary>
    public static AccessToken Read(Row row) => new()
    {
        TokenHash = row.Bytes("token_hash"),
        ClientId = row.Text("client_id"),
        UserId = row.GuidOrNull("user_id"),
        SessionId = row.GuidOrNull("session_id"),
        FamilyId = row.GuidOrNull("family_id"),
        Scopes = row.Text("scopes"),
        Audiences = row.Text("audiences"),
        IssuedAt = row.Time("issued_at"),
        ExpiresAt = row.Time("expires_at"),
        RevokedAt = row.TimeOrNull("revoked_at"),
        Actor = row.TextOrNull("actor"),
    };

    private async Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<AccessToken> tokens)
    {
        await _database.Call(InsertManySql)
            .With([.. tokens.Select(static token => token.TokenHash)])
            .With([.. tokens.Select(static token => token.ClientId)])
            .With([.. tokens.Select(static token => token.UserId)])
            .With([.. tokens.Select(static token => token.SessionId)])
            .With([.. tokens.Select(static token => token.FamilyId)])
            .With([.. tokens.Select(static token => token.Scopes)])
            .With([.. tokens.Select(static token => token.Audiences)])
            .With([.. tokens.Select(static token => token.IssuedAt)])
            .With([.. tokens.Select(static token => token.ExpiresAt)])
            .With([.. tokens.Select(static token => token.Actor)])
            .ExecuteAsync(CancellationToken.None);

        // The end of the statement is the answer.
        return new bool[tokens.Count];
    }

    private async Task<IReadOnlyList<AccessToken?>> FindAsync(IReadOnlyList<byte[]> hashes)
    {
        var found = await _database.Call(FindManySql).With([.. hashes]).ListAsync(Read, CancellationToken.None);
        return HashKey.InOrder(hashes, found.Select(static token => KeyValuePair.Create(new HashKey(token.TokenHash), token)));
    }
}
