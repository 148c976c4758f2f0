using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.AccessTokens;

/// <summary>An access token as it is stored, with all that decides whether it is valid.</summary>
/// <param name="UserName">Of the token's user; null for a client's own token.</param>
/// <param name="RevokedAt">The token's own revocation.</param>
/// <param name="FamilyRevokedAt">Revocation of the refresh family that it was issued with.</param>
/// <param name="SessionEndsAt">Absolute end of its session; null without a session.</param>
/// <param name="SessionEndedAt">When its session was ended before its time.</param>
public sealed record StoredAccessToken(
    string ClientId,
    Guid? UserId,
    Guid? SessionId,
    Guid? FamilyId,
    string Scopes,
    string Audiences,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? FamilyRevokedAt,
    DateTimeOffset? SessionEndsAt,
    DateTimeOffset? SessionEndedAt,
    string? UserName,
    AccountStatus User)
{
    /// <summary>The organization that its session acts in; null for none.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Set while <see cref="OrganizationId"/>, or one above it, is disabled.</summary>
    public DateTimeOffset? OrganizationDisabledAt { get; init; }

    /// <summary>Claims that the request asked userinfo for by name, separated by one space; null for none.</summary>
    public string? UserInfoClaims { get; init; }

    /// <summary>The claim <c>act</c> as JSON; null where no one acts for the user. RFC 8693 §4.1.</summary>
    public string? Actor { get; init; }

    /// <summary>The user who logged in, where their session acted as the token's user; null where it is the token's user.</summary>
    public Guid? ActingUserId { get; init; }

    /// <summary>Of <see cref="ActingUserId"/>.</summary>
    public AccountStatus ActingUser { get; init; }

    /// <summary>
    /// True when the token was issued while the session acted as its user, and the session no longer does, or no longer may.
    /// </summary>
    public bool IdentityChanged { get; init; }

    /// <summary>
    /// True when its session was ended by a logout, which the <c>offline_access</c> of its refresh family outlives if the client lets it.
    /// </summary>
    public bool OutlivesLogout { get; init; }

    /// <summary>When the user of its session last proved their identity; null without a session.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary><c>auth_time</c> of the login that the token comes from; null without a session.</summary>
    public DateTimeOffset? LoginAt { get; init; }

    /// <summary><c>amr</c> of that login, separated by one space; null without a session.</summary>
    public string? LoginMethods { get; init; }

    /// <summary>The stable reason why the token is not valid at <paramref name="now"/>; null while it is valid.</summary>
    public string? Refusal(DateTimeOffset now) => this switch
    {
        { ExpiresAt: var end } when end <= now => Reasons.AccessTokenExpired,
        { RevokedAt: not null } => Reasons.AccessTokenRevoked,
        { FamilyRevokedAt: not null } => Reasons.RefreshFamilyRevoked,
        { SessionEndedAt: not null, OutlivesLogout: false } => Reasons.SessionEnded,
        { SessionEndsAt: { } end } when end <= now => Reasons.SessionExpired,
        { SessionId: not null, SessionEndsAt: null } => Reasons.SessionUnknown,
        { UserId: not null, UserName: null } => Reasons.UserUnknown,
        { IdentityChanged: true } => Reasons.IdentityChanged,
        { OrganizationDisabledAt: not null } => Reasons.OrganizationDisabled,

        // Without a refresh token family, only this ends the token when the password is changed and its session continues. A JWT gives the
        // time to the second only.
        { FamilyId: null, AuthenticatedAt: { } proven } when IssuedAt.AddSeconds(1) <= proven => Reasons.PasswordChanged,
        _ => User.GetDenialReason(now) ?? ActingUser.GetDenialReason(now),
    };
}

/// <summary>Access tokens by reference, and revocations of JWTs.</summary>
public sealed class AccessTokenStore(HubDatabase database)
{
    private const string InsertSql =
        """
        INSERT INTO access_tokens (token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, actor)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string FindSql =
        $"SELECT {AccessTokenBatches.Columns} FROM access_tokens WHERE token_hash = $1";

    private const string FindRevocationSql = "SELECT revoked_at FROM access_tokens WHERE token_hash = $1";

    // Everything that can end a user's token. A JWT has no row of its own unless it was revoked.
    private const string FindLifeSql =
        $"""
        SELECT t.revoked_at, f.revoked_at AS family_revoked_at, s.expires_at AS session_expires_at, s.ended_at AS session_ended_at,
               COALESCE(f.organization_id, s.effective_organization_id) AS organization_id, u.user_name, {AccountStatus.Columns},
               f.user_info_claims, r.id AS acting_user_id, s.effective_user_id, {AccountStatus.OtherColumns}, s.authenticated_at,
               COALESCE(f.authenticated_at, s.authenticated_at) AS login_at,
               COALESCE(f.authentication_methods, s.authentication_methods) AS login_methods,
               COALESCE({OfflineAccess.OutlivesLogoutSql}, FALSE) AS outlives_logout, w.disabled_at AS organization_disabled_at
        FROM (SELECT 1 AS one) x
        LEFT JOIN access_tokens t ON t.token_hash = $1
        LEFT JOIN sessions s ON s.id = $2
        LEFT JOIN refresh_token_families f ON f.id = $3
        LEFT JOIN users u ON u.id = $4
        LEFT JOIN organizations o ON o.id = u.organization_id
        LEFT JOIN users r ON r.id = s.user_id AND s.user_id <> $4
        LEFT JOIN organizations p ON p.id = r.organization_id
        LEFT JOIN organizations w ON w.id = COALESCE(f.organization_id, s.effective_organization_id)
        """;

    private const string RevokeSql =
        "UPDATE access_tokens SET revoked_at = $1 WHERE token_hash = $2 AND client_id = $3 AND revoked_at IS NULL";

    private const string RevokeJwtSql =
        """
        INSERT INTO access_tokens (token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, actor, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (token_hash) DO NOTHING
        """;

    // There is no index of clients or users: an administrator waits for it.
    private const string RevokeAllSql =
        """
        UPDATE access_tokens SET revoked_at = $1
        WHERE revoked_at IS NULL AND expires_at > $1 AND ($2 IS NULL OR client_id = $2) AND ($3 IS NULL OR user_id = $3)
        """;

    private readonly AccessTokenBatches _batches = new(database);

    /// <summary>Stores a token that was just made; <paramref name="token"/> carries its hash.</summary>
    public Task InsertAsync(AccessToken token, CancellationToken cancellationToken) =>
        database.TakesArrays
            ? _batches.InsertAsync(token, cancellationToken)
            : Fill(database.Call(InsertSql), token).ExecuteAsync(cancellationToken);

    /// <summary>
    /// The token with this hash, valid or not; null when it was never issued or its row is gone. A client's own token is one read by its
    /// key; a user's is two, because so much more can end it.
    /// </summary>
    public async Task<StoredAccessToken?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        var token = await (
            database.TakesArrays
                ? _batches.FindAsync(tokenHash, cancellationToken)
                : database.Call(FindSql).With(tokenHash).FirstOrNullAsync(AccessTokenBatches.Read, cancellationToken));
        return token switch
        {
            null => null,
            { UserId: null, SessionId: null, FamilyId: null } => Describe(token, token.RevokedAt),
            _ => await FindLifeAsync(token, cancellationToken),
        };
    }

    /// <summary>Completes the claims of a verified JWT with what is stored about its session, family and user: one statement.</summary>
    /// <param name="claims">The token as its claims describe it; <see cref="AccessToken.TokenHash"/> is the hash of its <c>jti</c>.</param>
    public async Task<StoredAccessToken> FindForJwtAsync(AccessToken claims, CancellationToken cancellationToken)
    {
        if (claims is not { UserId: null, SessionId: null, FamilyId: null })
            return await FindLifeAsync(claims, cancellationToken);
        var revoked = await database
            .Call(FindRevocationSql)
            .With(claims.TokenHash)
            .ListAsync(static row => row.TimeOrNull(), cancellationToken);
        return Describe(claims, revoked is [var at] ? at : null);
    }

    private async Task<StoredAccessToken> FindLifeAsync(AccessToken token, CancellationToken cancellationToken)
    {
        var stored = await database.Call(FindLifeSql)
            .With(token.TokenHash).With(token.SessionId).With(token.FamilyId).With(token.UserId)
            .FirstOrNullAsync(
                row => Describe(token, row.TimeOrNull("revoked_at")) with
                {
                    FamilyRevokedAt = row.TimeOrNull("family_revoked_at"),
                    SessionEndsAt = row.TimeOrNull("session_expires_at"),
                    SessionEndedAt = row.TimeOrNull("session_ended_at"),
                    OrganizationId = row.TextOrNull("organization_id"),
                    UserName = row.TextOrNull("user_name"),
                    User = AccountStatus.Read(row),
                    UserInfoClaims = row.TextOrNull("user_info_claims"),
                    ActingUserId = row.GuidOrNull("acting_user_id"),
                    IdentityChanged = row.GuidOrNull("acting_user_id") is not null && row.GuidOrNull("effective_user_id") != token.UserId,
                    ActingUser = AccountStatus.ReadOther(row),
                    AuthenticatedAt = row.TimeOrNull("authenticated_at"),
                    LoginAt = row.TimeOrNull("login_at"),
                    LoginMethods = row.TextOrNull("login_methods"),
                    OutlivesLogout = row.Bool("outlives_logout"),
                    OrganizationDisabledAt = row.TimeOrNull("organization_disabled_at"),
                },
                cancellationToken);
        return stored!;
    }

    private static StoredAccessToken Describe(AccessToken token, DateTimeOffset? revokedAt) => new(
        token.ClientId, token.UserId, token.SessionId, token.FamilyId, token.Scopes, token.Audiences, token.IssuedAt, token.ExpiresAt,
        revokedAt, FamilyRevokedAt: null, SessionEndsAt: null, SessionEndedAt: null, UserName: null, User: default)
    {
        Actor = token.Actor,
    };

    /// <summary>Revokes a token by reference for the client that it was issued to.</summary>
    /// <returns>False when there is no such live token of this client.</returns>
    public async Task<bool> TryRevokeAsync(byte[] tokenHash, string clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(RevokeSql).With(now).With(tokenHash).With(clientId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Remembers a JWT as revoked until it expires.</summary>
    /// <returns>False when it was revoked before.</returns>
    public async Task<bool> TryRevokeJwtAsync(AccessToken claims, DateTimeOffset now, CancellationToken cancellationToken) =>
        await Fill(database.Call(RevokeJwtSql), claims).With(now).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Revokes a token by reference, inside a transaction that does more.</summary>
    /// <returns>False when it was revoked before.</returns>
    public static async Task<bool> TryRevokeAsync(
        SqlTransaction transaction, byte[] tokenHash, string clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(RevokeSql).With(now).With(tokenHash).With(clientId).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Remembers a JWT as revoked, inside a transaction that does more.</summary>
    /// <returns>False when it was revoked before.</returns>
    public static async Task<bool> TryRevokeJwtAsync(
        SqlTransaction transaction, AccessToken claims, DateTimeOffset now, CancellationToken cancellationToken) =>
        await Fill(transaction.Call(RevokeJwtSql), claims).With(now).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Revokes every live token by reference of a client, of a user, or of a user at a client.</summary>
    /// <returns>How many.</returns>
    public static Task<int> RevokeAllAsync(
        SqlTransaction transaction, string? clientId, Guid? userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(RevokeAllSql).With(now).With(clientId).With(userId).ExecuteAsync(cancellationToken);

    private static Sql.SqlCall Fill(Sql.SqlCall call, AccessToken token) => call
        .With(token.TokenHash).With(token.ClientId).With(token.UserId).With(token.SessionId).With(token.FamilyId)
        .With(token.Scopes).With(token.Audiences).With(token.IssuedAt).With(token.ExpiresAt).With(token.Actor);
}
