using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.PushedRequests;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.AuthorizationCodes;

/// <summary>A presented code with all that decides whether it is valid.</summary>
/// <param name="SessionEndsAt">Absolute end of its session; null when the session is gone.</param>
/// <param name="OrganizationId">In which its session acts; null for none.</param>
public sealed record StoredAuthorizationCode(
    AuthorizationCode Code, DateTimeOffset? SessionEndsAt, DateTimeOffset? SessionEndedAt, string? OrganizationId, AccountStatus User)
{
    /// <summary>
    /// The stable reason why nothing may be issued on it at <paramref name="now"/>, its use set aside; null when it is valid.
    /// </summary>
    public string? Refusal(DateTimeOffset now) => this switch
    {
        { Code.ExpiresAt: var end } when end <= now => Reasons.CodeExpired,
        { SessionEndsAt: null } => Reasons.SessionUnknown,
        { SessionEndedAt: not null } => Reasons.SessionEnded,
        { SessionEndsAt: { } end } when end <= now => Reasons.SessionExpired,
        _ => User.GetDenialReason(now),
    };
}

/// <summary>Authorization codes: issued for a session, redeemed once.</summary>
public sealed class AuthorizationCodeStore(HubDatabase database)
{
    private const string InsertSql =
        """
        INSERT INTO authorization_codes (code_hash, client_id, user_id, session_id, family_id, scopes, redirect_uri, code_challenge, nonce,
                                         claims_request, authenticated_at, authentication_methods, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """;

    private const string FindSql =
        $"""
        SELECT c.client_id, c.user_id, c.session_id, c.family_id, c.scopes, c.redirect_uri, c.code_challenge, c.nonce, c.claims_request,
               c.authenticated_at, c.authentication_methods, c.issued_at, c.expires_at, c.used_at,
               s.expires_at AS session_expires_at, s.ended_at, s.effective_organization_id, {AccountStatus.Columns}
        FROM authorization_codes c
        LEFT JOIN sessions s ON s.id = c.session_id
        LEFT JOIN users u ON u.id = c.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE c.code_hash = $1
        """;

    private const string UseSql =
        "UPDATE authorization_codes SET used_at = $1 WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1";

    // $1 now, $2 code; the family $3 … $11 and $14; the first refresh token $12, $13, where there is one.
    private const string UseInOneSql =
        $"""
        WITH used AS ({UseSql} RETURNING code_hash),
        family AS (
            INSERT INTO refresh_token_families (id, session_id, user_id, client_id, scopes, authenticated_at, user_info_claims, id_token_claims, created_at, expires_at,
                                                authentication_methods)
            SELECT $3, $4, $5, $6, $7, $8, $9, $10, $1, $11, $14 FROM used
            RETURNING id),
        token AS (
            INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
            SELECT $12, id, $1, $13 FROM family WHERE $12 IS NOT NULL)
        SELECT 1 FROM used
        """;

    // A replay may overtake the redemption that starts the family.
    private const string KillSql =
        $"""
        INSERT INTO refresh_token_families (id, session_id, user_id, client_id, scopes, authenticated_at, created_at, expires_at, revoked_at, revoke_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, '{SessionEndReasons.CodeReplayed}')
        ON CONFLICT (id) DO UPDATE SET revoked_at = excluded.revoked_at, revoke_reason = excluded.revoke_reason
        WHERE refresh_token_families.revoked_at IS NULL
        """;

    /// <summary>
    /// Stores a code, uses up the pushed request that asked for it, notes the client at the session, and lets the session's tokens live
    /// long enough.
    /// </summary>
    /// <param name="pushedRequestHash">Null when the request was not pushed.</param>
    /// <param name="tokensEndAt">The latest end of what the code may become.</param>
    /// <returns>Null when it is stored; else the stable reason: <c>request_uri_used</c> or <c>session_ended</c>.</returns>
    public Task<string?> IssueAsync(
        AuthorizationCode code, byte[]? pushedRequestHash, DateTimeOffset tokensEndAt, CancellationToken cancellationToken) =>
        database.RunAsync(
            code.UserId, transaction => IssueAsync(transaction, code, pushedRequestHash, tokensEndAt, cancellationToken),
            cancellationToken);

    private static async Task<string?> IssueAsync(
        SqlTransaction transaction, AuthorizationCode code, byte[]? pushedRequestHash, DateTimeOffset tokensEndAt,
        CancellationToken cancellationToken)
    {
        // Hold the session first, in the one mode that is needed, and only while it has not ended. A logout that comes now waits. A code
        // never outlives the logout that overtook it. Two transactions that read first and write later would wait for each other.
        if (!await SessionStore.TryHoldAsync(transaction, code.SessionId, code.UserId, tokensEndAt, code.IssuedAt, cancellationToken))
            return Reasons.SessionEnded;
        if (pushedRequestHash is not null
            && !await PushedRequestStore.TryUseAsync(transaction, pushedRequestHash, code.IssuedAt, cancellationToken))
            return Reasons.RequestUriUsed;

        await transaction.Call(InsertSql)
            .With(code.CodeHash).With(code.ClientId).With(code.UserId).With(code.SessionId).With(code.FamilyId).With(code.Scopes)
            .With(code.RedirectUri).With(code.CodeChallenge).With(code.Nonce).With(code.ClaimsRequest)
            .With(code.AuthenticatedAt).With(code.AuthenticationMethods).With(code.IssuedAt).With(code.ExpiresAt)
            .ExecuteAsync(cancellationToken);
        await SessionStore.NoteClientAsync(transaction, code.SessionId, code.ClientId, code.IssuedAt, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>The code with this hash, used or not; null when it was never issued or its row is gone. One read.</summary>
    public Task<StoredAuthorizationCode?> FindAsync(byte[] codeHash, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(codeHash).FirstOrNullAsync(
            row => new StoredAuthorizationCode(
                new AuthorizationCode
                {
                    CodeHash = codeHash,
                    ClientId = row.Text("client_id"),
                    UserId = row.Guid("user_id"),
                    SessionId = row.Guid("session_id"),
                    FamilyId = row.Guid("family_id"),
                    Scopes = row.Text("scopes"),
                    RedirectUri = row.TextOrNull("redirect_uri"),
                    CodeChallenge = row.TextOrNull("code_challenge"),
                    Nonce = row.TextOrNull("nonce"),
                    ClaimsRequest = row.TextOrNull("claims_request"),
                    AuthenticatedAt = row.Time("authenticated_at"),
                    AuthenticationMethods = row.Text("authentication_methods"),
                    IssuedAt = row.Time("issued_at"),
                    ExpiresAt = row.Time("expires_at"),
                    UsedAt = row.TimeOrNull("used_at"),
                },
                row.TimeOrNull("session_expires_at"), row.TimeOrNull("ended_at"), row.TextOrNull("effective_organization_id"),
                AccountStatus.Read(row)),
            cancellationToken);

    /// <summary>Uses the code up and starts its family: one compare-and-swap, whose affected row decides.</summary>
    /// <param name="token">The first refresh token; null when the client gets none.</param>
    /// <returns>False when it was used before, or has expired meanwhile: nothing was changed.</returns>
    public async Task<bool> TryRedeemAsync(
        byte[] codeHash, RefreshTokenFamily family, RefreshToken? token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (database.WritesInCommonTableExpressions)
        {
            var used = await database.Call(UseInOneSql).With(now).With(codeHash)
                .With(family.Id)
                .With(family.SessionId)
                .With(family.UserId)
                .With(family.ClientId)
                .With(family.Scopes)
                .With(family.AuthenticatedAt)
                .With(family.UserInfoClaims).With(family.IdTokenClaims).With(family.ExpiresAt).With(token?.TokenHash).With(token?.ExpiresAt)
                .With(family.AuthenticationMethods)
                .ListAsync(static row => row.Int(), cancellationToken);
            return used.Count == 1;
        }

        await using var transaction = await database.BeginAsync(cancellationToken);
        if (await transaction.Call(UseSql).With(now).With(codeHash).ExecuteAsync(cancellationToken) != 1)
            return false;
        await RefreshTokenStore.InsertFamilyAsync(transaction, family, token, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends all that was issued on a code that came twice: RFC 6749 §4.1.2. Also what is only about to be issued.</summary>
    /// <returns>False when it had ended before.</returns>
    public async Task<bool> TryKillAsync(
        AuthorizationCode code, DateTimeOffset tokensEndAt, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(KillSql)
            .With(code.FamilyId)
            .With(code.SessionId)
            .With(code.UserId)
            .With(code.ClientId)
            .With(code.Scopes)
            .With(code.AuthenticatedAt)
            .With(now)
            .With(tokensEndAt)
            .ExecuteAsync(cancellationToken) == 1;
}
