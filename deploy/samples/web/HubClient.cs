using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Samples.Web;

/// <summary>Speaks to the hub: its discovery document and keys are fetched once, and again when a token names a key that is not known.</summary>
internal sealed class HubClient
{
    private readonly HubOptions _options;
    private readonly HttpClient _http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _discovery;
    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };

    public HubClient(IOptions<HubOptions> options, IHttpClientFactory http, IHostEnvironment environment)
    {
        _options = options.Value;
        _http = http.CreateClient();
        _discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{_options.Authority}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(_http) { RequireHttps = !environment.IsDevelopment() });
    }

    public Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken cancellationToken) => _discovery.GetConfigurationAsync(cancellationToken);

    /// <summary>Tokens for an authorization code. RFC 6749 §4.1.3, RFC 7636 §4.5.</summary>
    public Task<HubTokens?> RedeemAsync(string code, string verifier, string redirectUri, CancellationToken cancellationToken) => AskForTokensAsync(
        new() { ["grant_type"] = "authorization_code", ["code"] = code, ["code_verifier"] = verifier, ["redirect_uri"] = redirectUri }, cancellationToken);

    /// <summary>New tokens for a refresh token, which is used up by it; null when the hub refuses: the user must log in again.</summary>
    public Task<HubTokens?> RefreshAsync(string refreshToken, CancellationToken cancellationToken) =>
        AskForTokensAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancellationToken);

    /// <summary>The claims of an <c>id_token</c> for this application. OpenID Connect Core §3.1.3.7.</summary>
    public Task<TokenValidationResult> ValidateIdTokenAsync(string idToken) => ValidateAsync(idToken, "JWT");

    /// <summary>The claims of a <c>logout_token</c> for this application. OpenID Connect Back-Channel Logout §2.6.</summary>
    public Task<TokenValidationResult> ValidateLogoutTokenAsync(string logoutToken) => ValidateAsync(logoutToken, "logout+jwt");

    /// <summary>What the user lets this application see. OpenID Connect Core §5.3.</summary>
    public async Task<JsonElement> GetUserInfoAsync(string accessToken, CancellationToken cancellationToken)
    {
        var hub = await DiscoverAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, hub.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    private async Task<HubTokens?> AskForTokensAsync(Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var hub = await DiscoverAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, hub.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };

        // RFC 6749 §2.3.1: form-encoded before they are put together.
        var credentials = $"{Uri.EscapeDataString(_options.ClientId)}:{Uri.EscapeDataString(_options.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        using var response = await _http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<HubTokens>(cancellationToken) : null;
    }

    private Task<TokenValidationResult> ValidateAsync(string token, string type) => _tokens.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ConfigurationManager = _discovery,
        ValidIssuer = _options.Authority,
        ValidAudience = _options.ClientId,
        ValidTypes = [type],
        ClockSkew = TimeSpan.FromSeconds(30),
    });
}
