using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Samples.Web;

/// <summary>Logs out here and at the hub (RP-Initiated Logout §2), and here when the user has logged out elsewhere (Back-Channel Logout §2.5).</summary>
internal static class Logout
{
    public const string Path = "/logout";
    private const string BackChannelPath = "/backchannel";
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    public static void Map(WebApplication app)
    {
        app.MapPost(Path, BeginAsync);
        app.MapPost(BackChannelPath, EndAsync).DisableAntiforgery();
    }

    private static async Task<IResult> BeginAsync(HttpContext http, HubClient hub, IOptions<HubOptions> options, CancellationToken cancellationToken)
    {
        var idToken = await http.GetTokenAsync("id_token");
        await http.SignOutAsync();
        if (idToken is null)
            return Results.LocalRedirect("/");

        // The hint says whose session it is, so that the hub need not ask.
        var address = QueryHelpers.AddQueryString((await hub.DiscoverAsync(cancellationToken)).EndSessionEndpoint, new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken,
            ["client_id"] = options.Value.ClientId,
            ["post_logout_redirect_uri"] = $"{http.Request.Scheme}://{http.Request.Host}/",
        });
        return new SeeOther(address);
    }

    // Called by the hub, not by a browser.
    private static async Task<IResult> EndAsync([FromForm(Name = "logout_token")] string? logoutToken, HubClient hub, EndedSessions ended, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (logoutToken is null || await hub.ValidateLogoutTokenAsync(logoutToken) is not { IsValid: true, ClaimsIdentity: var claims })
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

    private static bool HasLogoutEvent(string events)
    {
        using var json = JsonDocument.Parse(events);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(LogoutEvent, out _);
    }

    // 303: the browser goes on with a GET.
    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}
