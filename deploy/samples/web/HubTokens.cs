using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;

namespace Samples.Web;

/// <summary>An answer of the token endpoint. RFC 6749 §5.1.</summary>
/// <param name="ExpiresIn">Seconds from now.</param>
internal sealed record HubTokens(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("id_token")] string? IdToken)
{
    private const string ExpiresAt = "expires_at";

    /// <summary>Puts the tokens into the application's cookie, which is encrypted; what the answer has not stays as it was.</summary>
    public void StoreIn(AuthenticationProperties properties, DateTimeOffset now)
    {
        Dictionary<string, string?> tokens = new()
        {
            ["access_token"] = AccessToken,
            ["refresh_token"] = RefreshToken ?? properties.GetTokenValue("refresh_token"),
            ["id_token"] = IdToken ?? properties.GetTokenValue("id_token"),
            [ExpiresAt] = now.AddSeconds(ExpiresIn).ToString("O", CultureInfo.InvariantCulture),
        };
        properties.StoreTokens(tokens.Where(token => token.Value is not null).Select(token => new AuthenticationToken { Name = token.Key, Value = token.Value! }));
    }

    /// <summary>True when the stored access token is about to expire.</summary>
    public static bool AreStale(AuthenticationProperties properties, DateTimeOffset now) =>
        !DateTimeOffset.TryParse(properties.GetTokenValue(ExpiresAt), CultureInfo.InvariantCulture, out var end) || end - TimeSpan.FromSeconds(30) <= now;
}
