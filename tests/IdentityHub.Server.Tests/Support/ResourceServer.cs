using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// An API as its authors write it: checks JWT access tokens with the library under ASP.NET Core's JwtBearer, and knows nothing of the
/// server but its issuer and its published keys. RFC 9068 §4.
/// </summary>
internal static class ResourceServer
{
    public static async Task<TokenValidationResult> CheckAsync(Hub hub, string? token, string audience)
    {
        var keys = new JsonWebKeySet((await PublishedKeysAsync(hub)).Body);
        var now = hub.Time.GetUtcNow().UtcDateTime;
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = ["at+jwt"],
            ValidIssuer = Installation.Issuer,
            ValidAudience = audience,
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (from, until, _, _) => until > now && !(from > now),
        });
    }

    public static Task<Answer> PublishedKeysAsync(Hub hub) => hub.Client.GetAnswerAsync("/.well-known/openid-configuration/jwks");
}
