using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Samples.Web;

/// <summary>Access tokens of the user who is signed in. ASP.NET Core keeps them in the cookie; it does not refresh them.</summary>
internal sealed class AccessTokens(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time)
{
    private const string ExpiresAt = "expires_at";
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// One that does not expire within half a minute, refreshed where need be (RFC 6749 §6); null when the hub gives no more, and the user
    /// must sign in again.
    /// </summary>
    public async Task<string?> FreshAsync(HttpContext http)
    {
        var login = await http.AuthenticateAsync();
        if (login is not { Properties: { } properties, Principal: { } user })
            return null;
        if (DateTimeOffset.TryParse(properties.GetTokenValue(ExpiresAt), CultureInfo.InvariantCulture, out var end)
            && end - Margin > time.GetUtcNow())
            return properties.GetTokenValue(OpenIdConnectParameterNames.AccessToken);
        if (properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken) is not { } refreshToken
            || await RefreshAsync(refreshToken, http.RequestAborted) is not { } answer)
            return null;

        Store(answer, properties);
        await http.SignInAsync(user, properties);
        return answer.AccessToken;
    }

    private async Task<OpenIdConnectMessage?> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var hub = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var configuration = await hub.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string?>
        {
            [OpenIdConnectParameterNames.GrantType] = OpenIdConnectGrantTypes.RefreshToken,
            [OpenIdConnectParameterNames.RefreshToken] = refreshToken,
            [OpenIdConnectParameterNames.ClientId] = hub.ClientId,
            [OpenIdConnectParameterNames.ClientSecret] = hub.ClientSecret,
        });
        using var response = await hub.Backchannel.PostAsync(new Uri(configuration.TokenEndpoint), form, cancellationToken);
        return response.IsSuccessStatusCode ? new OpenIdConnectMessage(await response.Content.ReadAsStringAsync(cancellationToken)) : null;
    }

    // A refresh token is used up by its use; what the answer does not hold stays as it was.
    private void Store(OpenIdConnectMessage answer, AuthenticationProperties properties)
    {
        properties.UpdateTokenValue(OpenIdConnectParameterNames.AccessToken, answer.AccessToken);
        if (answer.RefreshToken is not null)
            properties.UpdateTokenValue(OpenIdConnectParameterNames.RefreshToken, answer.RefreshToken);
        if (answer.IdToken is not null)
            properties.UpdateTokenValue(OpenIdConnectParameterNames.IdToken, answer.IdToken);
        var lifetime = int.Parse(answer.ExpiresIn, CultureInfo.InvariantCulture);
        properties.UpdateTokenValue(ExpiresAt, time.GetUtcNow().AddSeconds(lifetime).ToString("O", CultureInfo.InvariantCulture));
    }
}
