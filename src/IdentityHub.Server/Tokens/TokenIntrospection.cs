using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Server.Tokens;

/// <summary>A valid token that the caller may know of.</summary>
/// <param name="TokenType"><c>Bearer</c> for an access token; null for a refresh token.</param>
/// <param name="TokenId">The <c>jti</c> of a JWT.</param>
internal sealed record IntrospectedToken(StoredAccessToken Stored, string? TokenType, string? TokenId)
{
    /// <summary>The actor for the user; null when there is none. RFC 8693 §4.1.</summary>
    public TokenActor? Actor { get; init; }

    /// <summary><c>acr</c> of the login that it comes from; null for a client's own token. RFC 9470 §6.2.</summary>
    public string? ContextClass { get; init; }

    /// <summary><c>auth_time</c> of that login; null for a client's own token.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }
}

/// <summary>Decides whether a token is valid, and whether the caller may know.</summary>
internal sealed class TokenIntrospection(AccessTokenReader accessTokens, RefreshTokenStore refreshTokens)
{
    /// <summary>
    /// The token; null when it is no longer valid, unknown, or not visible to <paramref name="caller"/>. The caller cannot tell which.
    /// </summary>
    public async ValueTask<IntrospectedToken?> FindAsync(
        string token, Client caller, RequestContext context, CancellationToken cancellationToken)
    {
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.RefreshToken))
            return await FindRefreshTokenAsync(token, caller, context, cancellationToken);
        if (await accessTokens.ReadAsync(token, cancellationToken) is not { Stored: var stored } read)
            return null;

        var mayKnow = caller.IsResource
            ? stored.Audiences.Split(' ').Contains(caller.Id, StringComparer.Ordinal)
            : stored.ClientId == caller.Id;
        if (!mayKnow || stored.Refusal(context.Now) is not null || caller.Registry.Find(stored.ClientId) is not { Enabled: true })
            return null;
        return new IntrospectedToken(caller.IsResource ? ForResource(stored, caller) : stored, "Bearer", read.Jwt?.GetString("jti"))
        {
            Actor = read.Actor,
            ContextClass = read.ContextClass,
            AuthenticatedAt = read.AuthenticatedAt,
        };
    }

    // The API does not learn of the token's rights at other APIs. RFC 7662 §2.2.
    private static StoredAccessToken ForResource(StoredAccessToken token, Client resource) => token with
    {
        Audiences = resource.Id,
        Scopes = ScopeSet.Format(token.Scopes.Split(' ').Where(scope => resource.Scopes.Contains(scope, StringComparer.Ordinal))),
    };

    private async ValueTask<IntrospectedToken?> FindRefreshTokenAsync(
        string token, Client caller, RequestContext context, CancellationToken cancellationToken)
    {
        var found = await refreshTokens.FindAsync(TokenHash.Of(token), caller.Id, context.Now, cancellationToken);
        if (found is null || found.ClientId != caller.Id || found.UsedAt is not null || found.Refusal(context.Now) is not null
            || (found.OutlivesLogout && !caller.OfflineAccessOutlivesLogout))
            return null;

        var shown = new StoredAccessToken(
            found.ClientId, found.UserId, found.SessionId, found.FamilyId, found.Scopes, Audiences: "", found.AuthenticatedAt,
            found.ExpiresAt,
            RevokedAt: null, FamilyRevokedAt: null, found.SessionEndsAt, SessionEndedAt: null, found.UserName, found.User)
        {
            OrganizationId = found.OrganizationId,
        };
        return new IntrospectedToken(shown, TokenType: null, TokenId: null);
    }
}
