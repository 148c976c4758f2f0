using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Server.Tokens;

/// <summary>Revokes a token for its client: an access token alone, a refresh token with its whole family. RFC 7009 §2.1.</summary>
internal sealed class TokenRevocation(
    AccessTokenReader reader, AccessTokenStore accessTokens, RefreshTokenStore refreshTokens, AuditTrail audit, HubMetrics metrics)
{
    /// <summary>Null when the token is no longer valid, or was never issued; the refusal when it belongs to another client.</summary>
    public async Task<Refusal?> RevokeAsync(string token, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.RefreshToken))
            return await RevokeFamilyAsync(token, client, context, cancellationToken);
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.AccessToken))
            return await RevokeReferenceAsync(token, client, context, cancellationToken);
        if (await reader.VerifyAsync(token, cancellationToken) is not { Claims: var claims })
            return null;

        if (claims.ClientId != client.Id)
            return Foreign();
        if (claims.ExpiresAt > context.Now && await accessTokens.TryRevokeJwtAsync(claims, context.Now, cancellationToken))
            await RecordAsync(AuditTypes.TokenRevoked, context, claims.UserId, claims.SessionId);
        return null;
    }

    private async Task<Refusal?> RevokeFamilyAsync(string token, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        if (await refreshTokens.FindAsync(TokenHash.Of(token), client.Id, context.Now, cancellationToken) is not { } found)
            return null;
        if (found.ClientId != client.Id)
            return Foreign();
        if (await refreshTokens.TryRevokeFamilyAsync(found.FamilyId, SessionEndReasons.RevokedByClient, context.Now, cancellationToken))
            await RecordAsync(AuditTypes.FamilyRevoked, context, found.UserId, found.SessionId);
        return null;
    }

    private async Task<Refusal?> RevokeReferenceAsync(
        string token, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        var hash = TokenHash.Of(token);
        if (await accessTokens.FindAsync(hash, cancellationToken) is not { } found)
            return null;
        if (found.ClientId != client.Id)
            return Foreign();
        if (await accessTokens.TryRevokeAsync(hash, client.Id, context.Now, cancellationToken))
            await RecordAsync(AuditTypes.TokenRevoked, context, found.UserId, found.SessionId);
        return null;
    }

    private ValueTask RecordAsync(string type, RequestContext context, Guid? userId, Guid? sessionId)
    {
        metrics.Revoked(context.Endpoint);
        return audit.WriteAsync(context, type, userId, sessionId);
    }

    private static Refusal Foreign() =>
        Refusal.InvalidGrant(Reasons.TokenForeign, "the token was issued to another client");
}
