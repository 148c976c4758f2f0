using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.RefreshTokens;

/// <summary>
/// Exchanges the refresh tokens that this node is presented at the same time in one statement and one commit. A token whose row somebody
/// else holds, and one that may not be exchanged, is left as it is: <see cref="RefreshTokenStore"/> decides about it alone.
/// </summary>
internal sealed class RotationBatches
{
    /// <summary>
    /// SQL: token <c>t</c> may be exchanged, or used, by the client of its family <c>f</c>, for session <c>s</c>, user <c>u</c> and their
    /// organization <c>o</c>; <c>$1</c> is now.
    /// </summary>
    public const string IsUsableSql =
        $"""
        t.used_at IS NULL AND t.expires_at > $1 AND f.revoked_at IS NULL AND f.expires_at > $1
        AND (s.ended_at IS NULL OR {OfflineAccess.OutlivesLogoutSql}) AND s.expires_at > $1 AND {AccountStatus.IsAdmittedSql}
        """;

    /// <summary>The columns that <see cref="Read"/> takes, of the same tables.</summary>
    public const string ColumnsSql =
        """
        t.expires_at, f.id AS family_id, f.user_id, f.session_id, f.scopes, f.expires_at AS family_expires_at,
        s.expires_at AS session_expires_at, f.authenticated_at, u.user_name,
        COALESCE(f.organization_id, s.effective_organization_id) AS organization_id,
        COALESCE(f.authentication_methods, s.authentication_methods) AS authentication_methods,
        u.organization_id AS home_organization_id, f.id_token_claims, s.ended_at
        """;

    // $1 now; of each call: $2 presented hash, $3 client, $4 successor hash, $5 end of the successor's idle lifetime. The affected row of
    // "used" decides, also where one token is presented twice: one of its successors is in the answer. A subquery that locks is planned for
    // one value: it goes from the key of the token on, whatever the database knows of the tables.
    private const string RotateManySql =
        $"""
        WITH taken AS (
            SELECT n.successor_hash, n.idle_end, found.*
            FROM unnest($2::bytea[], $3::text[], $4::bytea[], $5::timestamptz[]) AS n (token_hash, client_id, successor_hash, idle_end)
            CROSS JOIN LATERAL (
                SELECT t.token_hash, f.client_id, {ColumnsSql}
                FROM refresh_tokens t
                JOIN refresh_token_families f ON f.id = t.family_id
                JOIN sessions s ON s.id = f.session_id
                JOIN users u ON u.id = f.user_id
                LEFT JOIN organizations o ON o.id = u.organization_id
                WHERE t.token_hash = n.token_hash AND f.client_id = n.client_id AND {IsUsableSql}
                FOR NO KEY UPDATE OF t SKIP LOCKED) found),
        used AS (
            UPDATE refresh_tokens t SET used_at = $1, successor_hash = taken.successor_hash
            FROM taken
            WHERE t.token_hash = taken.token_hash AND t.used_at IS NULL
            RETURNING taken.*),
        successor AS (
            INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
            SELECT successor_hash, family_id, $1, LEAST(idle_end, family_expires_at) FROM used)
        SELECT * FROM used
        """;

    private const int StatementsAtOnce = 2;

    private readonly HubDatabase _database;
    private readonly StatementBatches<Rotation, StoredRefreshToken?> _batches;

    public RotationBatches(HubDatabase database)
    {
        _database = database;
        _batches = new StatementBatches<Rotation, StoredRefreshToken?>(database, RotateAsync, StatementsAtOnce);
    }

    /// <summary>Exchanges a token, with others.</summary>
    /// <returns>Null where it was not exchanged.</returns>
    public Task<StoredRefreshToken?> RotateAsync(Rotation rotation, CancellationToken cancellationToken) =>
        _batches.RunAsync(rotation, cancellationToken);

    /// <summary>The token that a row of a rotation tells of.</summary>
    public static StoredRefreshToken Read(Row row, string clientId) => new(
        Rotated: true, UsedAt: null, row.Time("expires_at"), SuccessorHash: null, row.Guid("family_id"), clientId,
        row.Guid("user_id"), row.Guid("session_id"), row.Text("scopes"), row.Time("family_expires_at"), RevokedAt: null,
        row.Time("session_expires_at"), row.TimeOrNull("ended_at"), row.Time("authenticated_at"), row.Text("user_name"),
        row.TextOrNull("organization_id"), row.Text("authentication_methods"), User: default)
    {
        HomeOrganizationId = row.TextOrNull("home_organization_id"),
        IdTokenClaims = row.TextOrNull("id_token_claims"),
        OutlivesLogout = row.TimeOrNull("ended_at") is not null,
    };

    private async Task<IReadOnlyList<StoredRefreshToken?>> RotateAsync(IReadOnlyList<Rotation> rotations)
    {
        var rotated = await _database.Call(RotateManySql)
            .With(rotations.Max(static rotation => rotation.Now))
            .With([.. rotations.Select(static rotation => rotation.TokenHash)])
            .With([.. rotations.Select(static rotation => rotation.ClientId)])
            .With([.. rotations.Select(static rotation => rotation.SuccessorHash)])
            .With([.. rotations.Select(static rotation => rotation.SuccessorIdleEnd)])
            .ListAsync(
                static row => KeyValuePair.Create(new HashKey(row.Bytes("successor_hash")), Read(row, row.Text("client_id"))),
                CancellationToken.None);
        return HashKey.InOrder(rotations.Select(static rotation => rotation.SuccessorHash), rotated);
    }
}

/// <summary>A refresh token that is presented, and what it is to be exchanged for.</summary>
/// <param name="SuccessorIdleEnd">End of the successor's idle lifetime; cut to the end of the family.</param>
internal sealed record Rotation(
    byte[] TokenHash, string ClientId, byte[] SuccessorHash, DateTimeOffset SuccessorIdleEnd, DateTimeOffset Now);
