using System.Net.Http.Headers;
using System.Text.Encodings.Web;
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

    public static IResult Problem(string sentence) =>
        Html($"<h1>Sorry</h1><p role=\"alert\">{Encoded(sentence)}</p><p><a href=\"/\">Back</a></p>", StatusCodes.Status400BadRequest);

    private static IResult Home(HttpContext http) => http.User.Identity is { IsAuthenticated: true, Name: var name }
        ? Html(
            $"""
            <h1>Hello, {Encoded(name!)}</h1>
            <p><a href="/orders">Your orders</a></p>
            <form method="post" action="{Logout.Path}"><button>Sign out</button></form>
            """)
        : Html($"<h1>Demo web application</h1><p><a href=\"{Login.Path}\">Sign in</a></p>");

    private static async Task<IResult> OrdersAsync(
        HttpContext http, AccessTokens tokens, IHttpClientFactory clients, IOptions<HubOptions> options,
        CancellationToken cancellationToken)
    {
        if (await tokens.FreshAsync(http) is not { } token)
            return Login.Begin("/orders");

        using var request = new HttpRequestMessage(HttpMethod.Get, options.Value.Orders);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await clients.CreateClient().SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? Html(
                $"<h1>Your orders</h1><pre>{Encoded(await response.Content.ReadAsStringAsync(cancellationToken))}</pre><p><a "
                    + "href=\"/\">Back</a></p>")
            : Problem($"The API says {(int)response.StatusCode}.");
    }

    private static IResult Html(string body, int status = StatusCodes.Status200OK) => Results.Content(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Demo web "
            + $"application</title></head>\n<body>\n{body}\n</body>\n</html>\n",
        "text/html; charset=utf-8", statusCode: status);

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
