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

    /// <summary>True when its session was ended by a logout, which the <c>offline_access</c> of its refresh family outlives if the client lets it.</summary>
    public bool OutlivesLogout { get; init; }

    /// <summary>When the user of its session last proved their identity; null without a session.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

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
        "SELECT client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, revoked_at, actor FROM access_tokens WHERE token_hash = $1";

    private const string FindRevocationSql = "SELECT revoked_at FROM access_tokens WHERE token_hash = $1";

    // Everything that can end a user's token. A JWT has no row of its own unless it was revoked.
    private const string FindLifeSql =
        $"""
        SELECT t.revoked_at, f.revoked_at, s.expires_at, s.ended_at, COALESCE(f.organization_id, s.effective_organization_id), u.user_name, {AccountStatus.Columns},
               f.user_info_claims, r.id, s.effective_user_id, r.disabled_at, r.lockout_end, r.not_before, p.disabled_at, s.authenticated_at,
               COALESCE({OfflineAccess.OutlivesLogoutSql}, FALSE), w.disabled_at
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

    /// <summary>Stores a token that was just made; <paramref name="token"/> carries its hash.</summary>
    public Task InsertAsync(AccessToken token, CancellationToken cancellationToken) =>
        Fill(database.Call(InsertSql), token).ExecuteAsync(cancellationToken);

    /// <summary>
    /// The token with this hash, valid or not; null when it was never issued or its row is gone. A client's own token is one read by its
    /// key; a user's is two, because so much more can end it.
    /// </summary>
    public async Task<StoredAccessToken?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        var token = await database.Call(FindSql).With(tokenHash).FirstOrNullAsync(
            row => new AccessToken
            {
                TokenHash = tokenHash,
                ClientId = row.Text(0),
                UserId = row.GuidOrNull(1),
                SessionId = row.GuidOrNull(2),
                FamilyId = row.GuidOrNull(3),
                Scopes = row.Text(4),
                Audiences = row.Text(5),
                IssuedAt = row.Time(6),
                ExpiresAt = row.Time(7),
                RevokedAt = row.TimeOrNull(8),
                Actor = row.TextOrNull(9),
            },
            cancellationToken);
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
        var revoked = await database.Call(FindRevocationSql).With(claims.TokenHash).ListAsync(static row => row.TimeOrNull(0), cancellationToken);
        return Describe(claims, revoked is [var at] ? at : null);
    }

    private async Task<StoredAccessToken> FindLifeAsync(AccessToken token, CancellationToken cancellationToken)
    {
        var stored = await database.Call(FindLifeSql)
            .With(token.TokenHash).With(token.SessionId).With(token.FamilyId).With(token.UserId)
            .FirstOrNullAsync(
                row => Describe(token, row.TimeOrNull(0)) with
                {
                    FamilyRevokedAt = row.TimeOrNull(1),
                    SessionEndsAt = row.TimeOrNull(2),
                    SessionEndedAt = row.TimeOrNull(3),
                    OrganizationId = row.TextOrNull(4),
                    UserName = row.TextOrNull(5),
                    User = AccountStatus.Read(row, 6),
                    UserInfoClaims = row.TextOrNull(10),
                    ActingUserId = row.GuidOrNull(11),
                    IdentityChanged = row.GuidOrNull(11) is not null && row.GuidOrNull(12) != token.UserId,
                    ActingUser = AccountStatus.Read(row, 13),
                    AuthenticatedAt = row.TimeOrNull(17),
                    OutlivesLogout = row.Bool(18),
                    OrganizationDisabledAt = row.TimeOrNull(19),
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

    private static Sql.SqlCall Fill(Sql.SqlCall call, AccessToken token) => call
        .With(token.TokenHash).With(token.ClientId).With(token.UserId).With(token.SessionId).With(token.FamilyId)
        .With(token.Scopes).With(token.Audiences).With(token.IssuedAt).With(token.ExpiresAt).With(token.Actor);
}
