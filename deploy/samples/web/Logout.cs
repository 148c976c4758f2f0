using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Samples.Web;

/// <summary>
/// Logs out here and at the hub (RP-Initiated Logout §2, by ASP.NET Core), and here when the user has logged out elsewhere (Back-Channel
/// Logout §2.5, which ASP.NET Core does not do).
/// </summary>
internal static class Logout
{
    public const string Path = "/logout";
    private const string BackChannelPath = "/backchannel";
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    public static void Map(WebApplication app)
    {
        app.MapPost(Path, Begin);
        app.MapPost(BackChannelPath, EndAsync).DisableAntiforgery();
    }

    // Who is signed in to nothing has nothing to tell the hub.
    private static IResult Begin(HttpContext http) => http.User.Identity is { IsAuthenticated: true }
        ? Results.SignOut(
            new AuthenticationProperties { RedirectUri = "/" },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme])
        : Results.LocalRedirect("/");

    // Called by the hub, not by a browser.
    private static async Task<IResult> EndAsync(
        [FromForm(Name = "logout_token")] string? logoutToken, IOptionsMonitor<OpenIdConnectOptions> options, EndedSessions ended,
        HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (logoutToken is null
            || await ValidateAsync(logoutToken, options.Get(OpenIdConnectDefaults.AuthenticationScheme))
                is not { IsValid: true, ClaimsIdentity: var claims })
            return Results.BadRequest();

        // A nonce would make it an id_token. Back-Channel Logout §2.4.
        if (claims.FindFirst("nonce") is not null || claims.FindFirst("events")?.Value is not { } events || !HasLogoutEvent(events))
            return Results.BadRequest();
        var (sid, sub) = (claims.FindFirst("sid")?.Value, claims.FindFirst("sub")?.Value);
        if (sid is null && sub is null)
            return Results.BadRequest();
        ended.Add(sid, sub);
        return Results.Ok();
    }

    // Back-Channel Logout §2.6.
    private static Task<TokenValidationResult> ValidateAsync(string logoutToken, OpenIdConnectOptions hub) =>
        Tokens.ValidateTokenAsync(
            logoutToken,
            new TokenValidationParameters
            {
                ConfigurationManager = (BaseConfigurationManager)hub.ConfigurationManager!,
                ValidIssuer = hub.Authority,
                ValidAudience = hub.ClientId,
                ValidTypes = ["logout+jwt"],
                ClockSkew = TimeSpan.FromSeconds(30),
            });

    private static bool HasLogoutEvent(string events)
    {
        using var json = JsonDocument.Parse(events);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(LogoutEvent, out _);
    }
}
