using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.RefreshTokens;

/// <summary>A presented refresh token with all that decides what becomes of it.</summary>
/// <param name="Rotated">True when this very call exchanged it for its successor: single use, decided by one statement.</param>
/// <param name="ExpiresAt">End of the token's idle lifetime.</param>
/// <param name="SessionEndsAt">Absolute end of the session; null when the session is gone.</param>
public sealed record StoredRefreshToken(
    bool Rotated,
    DateTimeOffset? UsedAt,
    DateTimeOffset ExpiresAt,
    byte[]? SuccessorHash,
    Guid FamilyId,
    string ClientId,
    Guid UserId,
    Guid SessionId,
    string Scopes,
    DateTimeOffset FamilyExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? SessionEndsAt,
    DateTimeOffset? SessionEndedAt,
    DateTimeOffset AuthenticatedAt,
    string? UserName,
    string? OrganizationId,
    string AuthenticationMethods,
    AccountStatus User)
{
    /// <summary>The user's; <see cref="OrganizationId"/> is another one where one was chosen.</summary>
    public string? HomeOrganizationId { get; init; }

    /// <summary>
    /// Claims that the request of the login asked the <c>id_token</c> for by name, separated by one space; null for none.
    /// </summary>
    public string? IdTokenClaims { get; init; }

    /// <summary>True when its session was ended by a logout, which its <c>offline_access</c> outlives if the client lets it.</summary>
    public bool OutlivesLogout { get; init; }

    /// <summary>
    /// The stable reason why nothing may be issued on it at <paramref name="now"/>, its use set aside; null when it is valid.
    /// </summary>
    public string? Refusal(DateTimeOffset now) => this switch
    {
        { RevokedAt: not null } => Reasons.RefreshFamilyRevoked,
        { ExpiresAt: var end } when end <= now => Reasons.RefreshTokenExpired,
        { FamilyExpiresAt: var end } when end <= now => Reasons.RefreshFamilyExpired,
        { SessionEndsAt: null } => Reasons.SessionUnknown,
        { SessionEndedAt: not null, OutlivesLogout: false } => Reasons.SessionEnded,
        { SessionEndsAt: { } end } when end <= now => Reasons.SessionExpired,
        { UserName: null } => Reasons.UserUnknown,
        _ => User.GetDenialReason(now),
    };
}

/// <summary>Refresh tokens and their families.</summary>
public sealed class RefreshTokenStore(HubDatabase database)
{
    // $1 now, $2 presented hash, $3 client.
    private const string FoundSql =
        $"""
        SELECT t.used_at, t.expires_at, t.successor_hash, f.id AS family_id, f.client_id, f.user_id, f.session_id, f.scopes,
               f.expires_at AS family_expires_at, f.revoked_at, s.expires_at AS session_expires_at, s.ended_at, f.authenticated_at,
               u.user_name, COALESCE(f.organization_id, s.effective_organization_id) AS organization_id, {AccountStatus.Columns},
               COALESCE(f.authentication_methods, s.authentication_methods) AS authentication_methods, u.organization_id AS home_organization_id,
               (f.client_id = $3 AND s.id IS NOT NULL AND u.id IS NOT NULL AND {RotationBatches.IsUsableSql}) AS usable, f.id_token_claims,
               COALESCE({OfflineAccess.OutlivesLogoutSql}, FALSE) AS outlives_logout
        FROM refresh_tokens t
        JOIN refresh_token_families f ON f.id = t.family_id
        LEFT JOIN sessions s ON s.id = f.session_id
        LEFT JOIN users u ON u.id = f.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE t.token_hash = $2
        """;

    // $4 successor hash, $5 end of the successor's idle lifetime. One round trip, each row touched once; the affected row of "used"
    // decides. Why a token was refused is asked only when one was.
    private const string RotateInOneSql =
        $"""
        WITH used AS (
            UPDATE refresh_tokens t SET used_at = $1, successor_hash = $4
            FROM refresh_token_families f
            JOIN sessions s ON s.id = f.session_id
            JOIN users u ON u.id = f.user_id
            LEFT JOIN organizations o ON o.id = u.organization_id
            WHERE t.token_hash = $2 AND f.id = t.family_id AND f.client_id = $3 AND {RotationBatches.IsUsableSql}
            RETURNING {RotationBatches.ColumnsSql}),
        successor AS (
            INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
            SELECT $4, family_id, $1, LEAST($5, family_expires_at) FROM used)
        SELECT * FROM used
        """;

    private const string UseSql =
        "UPDATE refresh_tokens SET used_at = $1, successor_hash = $2 WHERE token_hash = $3 AND used_at IS NULL";

    private const string ProlongSql = "UPDATE refresh_tokens SET expires_at = $1 WHERE token_hash = $2 AND used_at IS NULL";

    private const string InsertTokenSql =
        "INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)";

    private const string InsertFamilySql =
        """
        INSERT INTO refresh_token_families (id, session_id, user_id, client_id, scopes, authenticated_at, user_info_claims, id_token_claims, created_at, expires_at,
                                            authentication_methods)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string SwitchSql = "UPDATE refresh_token_families SET organization_id = $1 WHERE id = $2 AND revoked_at IS NULL";

    private const string RevokeOfSessionSql =
        "UPDATE refresh_token_families SET revoked_at = $3, revoke_reason = $4 WHERE session_id = $1 AND client_id = $2 AND "
            + "revoked_at IS NULL";

    private const string RevokeFamilySql =
        "UPDATE refresh_token_families SET revoked_at = $1, revoke_reason = $2 WHERE id = $3 AND revoked_at IS NULL";

    private const string RevokeAllSql =
        """
        UPDATE refresh_token_families SET revoked_at = $1, revoke_reason = $2
        WHERE revoked_at IS NULL AND expires_at > $1 AND ($3 IS NULL OR client_id = $3) AND ($4 IS NULL OR user_id = $4)
        """;

    private readonly RotationBatches _batches = new(database);

    /// <summary>
    /// Exchanges the presented token for its successor if, at <paramref name="now"/>, it is this client's newest, valid, and its user
    /// admitted; otherwise changes nothing. <see cref="StoredRefreshToken.Rotated"/> tells which.
    /// </summary>
    /// <param name="successorIdleEnd">End of the successor's idle lifetime; cut to the end of the family.</param>
    /// <returns>Null when no such token exists.</returns>
    public async Task<StoredRefreshToken?> RotateAsync(
        byte[] tokenHash, string clientId, byte[] successorHash, DateTimeOffset successorIdleEnd, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (!database.WritesInCommonTableExpressions)
            return await RotateInTransactionAsync(tokenHash, clientId, successorHash, successorIdleEnd, now, cancellationToken);
        var rotation = new Rotation(tokenHash, clientId, successorHash, successorIdleEnd, now);
        return (database.TakesArrays ? await _batches.RotateAsync(rotation, cancellationToken) : null)
            ?? await RotateInOneAsync(tokenHash, clientId, successorHash, successorIdleEnd, now, cancellationToken);
    }

    /// <summary>Reads a token without using it; null when no such token exists.</summary>
    public Task<StoredRefreshToken?> FindAsync(
        byte[] tokenHash, string clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database
            .Call(FoundSql)
            .With(now)
            .With(tokenHash)
            .With(clientId)
            .FirstOrNullAsync(static row => Read(row, rotated: false), cancellationToken);

    /// <summary>Begins the idle lifetime anew, for a token that is used and not exchanged.</summary>
    /// <param name="end">Never past the end of the family.</param>
    public Task ProlongAsync(byte[] tokenHash, DateTimeOffset end, CancellationToken cancellationToken) =>
        database.Call(ProlongSql).With(end).With(tokenHash).ExecuteAsync(cancellationToken);

    /// <summary>
    /// Starts a family, with its first token where the client gets one, inside the transaction that starts or extends the login.
    /// </summary>
    public static async Task InsertFamilyAsync(
        SqlTransaction transaction, RefreshTokenFamily family, RefreshToken? token, CancellationToken cancellationToken)
    {
        await transaction.Call(InsertFamilySql)
            .With(family.Id).With(family.SessionId).With(family.UserId).With(family.ClientId).With(family.Scopes)
            .With(family.AuthenticatedAt)
            .With(family.UserInfoClaims)
            .With(family.IdTokenClaims)
            .With(family.CreatedAt)
            .With(family.ExpiresAt)
            .With(family.AuthenticationMethods)
            .ExecuteAsync(cancellationToken);
        if (token is not null)
            await InsertTokenAsync(transaction, token.TokenHash, token.FamilyId, token.IssuedAt, token.ExpiresAt, cancellationToken);
    }

    /// <summary>From now on the tokens of the family are for another organization; null: for the one that its session acts in.</summary>
    public Task SwitchOrganizationAsync(Guid familyId, string? organizationId, CancellationToken cancellationToken) =>
        database.Call(SwitchSql).With(organizationId).With(familyId).ExecuteAsync(cancellationToken);

    /// <summary>Ends the families of one client in a session, inside the transaction that ends the session.</summary>
    public static Task RevokeOfSessionAsync(
        SqlTransaction transaction, Guid sessionId, string clientId, string reason, DateTimeOffset now, CancellationToken cancellationToken
    ) => transaction.Call(RevokeOfSessionSql).With(sessionId).With(clientId).With(now).With(reason).ExecuteAsync(cancellationToken);

    /// <summary>Ends the family: every refresh token of it, and every access token that was issued with it.</summary>
    /// <returns>False when it was revoked before.</returns>
    public async Task<bool> TryRevokeFamilyAsync(Guid familyId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(RevokeFamilySql).With(now).With(reason).With(familyId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<bool> TryRevokeFamilyAsync(
        SqlTransaction transaction, Guid familyId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(RevokeFamilySql).With(now).With(reason).With(familyId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Ends every live family of a client, of a user, or of a user at a client.</summary>
    /// <returns>How many.</returns>
    public static Task<int> RevokeAllAsync(
        SqlTransaction transaction, string? clientId, Guid? userId, string reason, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        transaction.Call(RevokeAllSql).With(now).With(reason).With(clientId).With(userId).ExecuteAsync(cancellationToken);

    // A request that loses a race for the token waits in the statement for the winner, and so sees it used afterwards.
    private async Task<StoredRefreshToken?> RotateInOneAsync(
        byte[] tokenHash, string clientId, byte[] successorHash, DateTimeOffset successorIdleEnd, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        await database
            .Call(RotateInOneSql)
            .With(now)
            .With(tokenHash)
            .With(clientId)
            .With(successorHash)
            .With(successorIdleEnd)
            .FirstOrNullAsync(row => RotationBatches.Read(row, clientId), cancellationToken)
        ?? await FindAsync(tokenHash, clientId, now, cancellationToken);

    private async Task<StoredRefreshToken?> RotateInTransactionAsync(
        byte[] tokenHash, string clientId, byte[] successorHash, DateTimeOffset successorIdleEnd, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        var found = await transaction.Call(FoundSql).With(now).With(tokenHash).With(clientId)
            .FirstOrNullAsync(static row => Read(row, rotated: row.Bool("usable")), cancellationToken);
        if (found is not { Rotated: true })
            return found;

        if (await transaction.Call(UseSql).With(now).With(successorHash).With(tokenHash).ExecuteAsync(cancellationToken) != 1)
            return found with { Rotated = false };
        var end = successorIdleEnd < found.FamilyExpiresAt ? successorIdleEnd : found.FamilyExpiresAt;
        await InsertTokenAsync(transaction, successorHash, found.FamilyId, now, end, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return found;
    }

    private static Task<int> InsertTokenAsync(
        SqlTransaction transaction, byte[] hash, Guid familyId, DateTimeOffset issuedAt, DateTimeOffset expiresAt,
        CancellationToken cancellationToken) =>
        transaction.Call(InsertTokenSql).With(hash).With(familyId).With(issuedAt).With(expiresAt).ExecuteAsync(cancellationToken);

    private static StoredRefreshToken Read(Row row, bool rotated) => new(
        rotated,
        row.TimeOrNull("used_at"),
        row.Time("expires_at"),
        row.BytesOrNull("successor_hash"),
        row.Guid("family_id"),
        row.Text("client_id"),
        row.Guid("user_id"),
        row.Guid("session_id"),
        row.Text("scopes"),
        row.Time("family_expires_at"),
        row.TimeOrNull("revoked_at"),
        row.TimeOrNull("session_expires_at"),
        row.TimeOrNull("ended_at"),
        row.TimeOrNull("authenticated_at") ?? default,
        row.TextOrNull("user_name"),
        row.TextOrNull("organization_id"),
        row.TextOrNull("authentication_methods") ?? "",
        AccountStatus.Read(row))
    {
        HomeOrganizationId = row.TextOrNull("home_organization_id"),
        IdTokenClaims = row.TextOrNull("id_token_claims"),
        OutlivesLogout = row.Bool("outlives_logout"),
    };
}
