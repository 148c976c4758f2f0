using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Samples.Web;

/// <summary>What users see: who they are, and their orders, which the API hands out for an access token.</summary>
internal static class Pages
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/", Home);
        app.MapGet("/orders", OrdersAsync).RequireAuthorization();
    }

    public static IResult Problem(string sentence) => Html($"<h1>Sorry</h1><p role=\"alert\">{Encoded(sentence)}</p><p><a href=\"/\">Back</a></p>", StatusCodes.Status400BadRequest);

    private static IResult Home(HttpContext http) => http.User.Identity is { IsAuthenticated: true, Name: var name }
        ? Html(
            $"""
            <h1>Hello, {Encoded(name!)}</h1>
            <p><a href="/orders">Your orders</a></p>
            <form method="post" action="{Logout.Path}"><button>Sign out</button></form>
            """)
        : Html($"<h1>Demo web application</h1><p><a href=\"{Login.Path}\">Sign in</a></p>");

    private static async Task<IResult> OrdersAsync(
        HttpContext http, HubClient hub, IHttpClientFactory clients, IOptions<HubOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await FreshAccessTokenAsync(http, hub, time, cancellationToken) is not { } token)
            return Results.LocalRedirect($"{Login.Path}?returnUrl=/orders");

        using var request = new HttpRequestMessage(HttpMethod.Get, options.Value.Orders);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await clients.CreateClient().SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? Html($"<h1>Your orders</h1><pre>{Encoded(await response.Content.ReadAsStringAsync(cancellationToken))}</pre><p><a href=\"/\">Back</a></p>")
            : Problem($"The API says {(int)response.StatusCode}.");
    }

    // Refreshed where it is about to expire; null when the hub gives no more: the user must log in again.
    private static async Task<string?> FreshAccessTokenAsync(HttpContext http, HubClient hub, TimeProvider time, CancellationToken cancellationToken)
    {
        var login = await http.AuthenticateAsync();
        var properties = login.Properties!;
        if (!HubTokens.AreStale(properties, time.GetUtcNow()))
            return properties.GetTokenValue("access_token");
        if (properties.GetTokenValue("refresh_token") is not { } refreshToken || await hub.RefreshAsync(refreshToken, cancellationToken) is not { } tokens)
            return null;
        tokens.StoreIn(properties, time.GetUtcNow());
        await http.SignInAsync(login.Principal!, properties);
        return tokens.AccessToken;
    }

    private static IResult Html(string body, int status = StatusCodes.Status200OK) => Results.Content(
        $"<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Demo web application</title></head>\n<body>\n{body}\n</body>\n</html>\n",
        "text/html; charset=utf-8", statusCode: status);

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
