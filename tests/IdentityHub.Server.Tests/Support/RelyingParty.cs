using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// A client that checks its <c>id_token</c> with a library of others, by the published keys only. OpenID Connect Core §3.1.3.7.
/// </summary>
internal static class RelyingParty
{
    public static async Task<JsonWebToken> ReadIdTokenAsync(Hub hub, string? idToken, string clientId, string algorithm = "RS256")
    {
        var keys = new JsonWebKeySet((await ResourceServer.PublishedKeysAsync(hub)).Body);
        var now = hub.Time.GetUtcNow().UtcDateTime;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ValidIssuer = Installation.Issuer,
            ValidAudience = clientId,
            ValidAlgorithms = [algorithm],
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (from, until, _, _) => until > now && !(from > now),
        });
        return result.IsValid
            ? (JsonWebToken)result.SecurityToken
            : throw new InvalidOperationException($"The id_token is refused: {result.Exception?.Message}");
    }
}
