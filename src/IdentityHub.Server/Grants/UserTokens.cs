using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Users;

namespace IdentityHub.Server.Grants;

/// <summary>What a user has granted a client in a session: the source of its tokens.</summary>
/// <param name="User">Whose login it is.</param>
/// <param name="AuthenticationMethods"><c>amr</c> of that login, separated by one space.</param>
internal sealed record UserGrant(Client Client, TokenUser User, string AuthenticationMethods, IReadOnlyList<string> Scopes)
{
    /// <summary>For the <c>id_token</c>; null for none.</summary>
    public string? Nonce { get; init; }

    /// <summary>Claims that the request asked the <c>id_token</c> for by name.</summary>
    public IReadOnlyList<string> IdTokenClaims { get; init; } = [];
}

/// <summary>Makes the tokens of a user's grant: access token, and <c>id_token</c> where <c>openid</c> was granted.</summary>
internal sealed class UserTokens(TokenIssuer tokens, IdTokenIssuer idTokens, UserClaims claims)
{
    /// <summary>The tokens; whatever decides about them has been decided.</summary>
    public async ValueTask<TokenResponse> IssueAsync(
        UserGrant grant, string? refreshToken, GrantRequest request, CancellationToken cancellationToken)
    {
        var now = request.Context.Now;
        var wanted = new AccessTokenRequest(grant.Client, grant.Scopes, request.Endpoint, grant.User)
        {
            Audiences = request.Resources.Audiences,
        };
        var (access, lifetime) = await tokens.IssueAsync(wanted, now, cancellationToken);
        return new TokenResponse(access, lifetime, grant.Scopes, refreshToken, grant.User.UserId, grant.User.SessionId)
        {
            IdToken = grant.Scopes.Contains("openid", StringComparer.Ordinal)
                ? await IssueIdTokenAsync(grant, access, now, cancellationToken)
                : null,
        };
    }

    /// <summary>Begins the family of a grant, with the claims that were asked for.</summary>
    /// <param name="userInfoClaims">Claims that the request asked userinfo for by name; null for none.</param>
    /// <param name="end">No token of the family lives longer.</param>
    public static NewFamily NewFamily(UserGrant grant, string? userInfoClaims, DateTimeOffset end, DateTimeOffset now)
    {
        var family = Tokens.NewFamily.Of(grant.Client, grant.User, grant.AuthenticationMethods, grant.Scopes, end, now);
        family.Family.UserInfoClaims = userInfoClaims;
        family.Family.IdTokenClaims = grant.IdTokenClaims.Count > 0 ? string.Join(' ', grant.IdTokenClaims) : null;
        return family;
    }

    /// <summary>The latest moment at which anything issued on a grant for these scopes can be valid.</summary>
    public static DateTimeOffset EndOf(Client client, IReadOnlyList<string> scopes, DateTimeOffset now) =>
        now + (client.GetsRefreshToken(scopes) ? client.RefreshToken.AbsoluteLifetime : EndpointPolicy.Standard.MaxLifetime);

    // What the request asked for by name counts as far as the client may still see it.
    private static IReadOnlyList<ConfiguredClaim> ClaimsOf(UserGrant grant)
    {
        var catalog = grant.Client.Registry.Claims;
        var requested = grant.IdTokenClaims.Count == 0 ? [] : catalog.Covered(grant.IdTokenClaims, grant.Client.Scopes);
        return catalog.OfIdToken(grant.Scopes, grant.Client.IdTokenClaims, requested);
    }

    private async ValueTask<string> IssueIdTokenAsync(
        UserGrant grant, string accessToken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var user = grant.User;
        var userClaims = await claims.ReadForTokenAsync(user.UserId, user.OrganizationId, ClaimsOf(grant), cancellationToken);
        return idTokens.Issue(
            new IdTokenRequest(
                grant.Client, user.UserId, user.SessionId, user.AuthenticatedAt, grant.AuthenticationMethods,
                AuthenticationContext.Of(grant.AuthenticationMethods), accessToken, grant.Nonce, userClaims),
            now);
    }
}
