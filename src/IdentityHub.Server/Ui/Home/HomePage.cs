using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Ui.Home;

/// <summary><c>GET /</c>: the first screen as a page; outside Development only what everybody may know.</summary>
internal static class HomePage
{
    private const string StylePath = "/assets/hub.css";
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var screen = routes.ServiceProvider.GetRequiredService<FirstScreen>();
        var style = ReadStyle();
        routes.MapGet("/", http =>
        {
            SetHeaders(http.Response, "text/html; charset=utf-8");
            return http.Response.WriteAsync(Render(screen), http.RequestAborted);
        });
        routes.MapGet(StylePath, http =>
        {
            SetHeaders(http.Response, "text/css; charset=utf-8");
            http.Response.Headers.CacheControl = "public, max-age=3600";
            return http.Response.WriteAsync(style, http.RequestAborted);
        });
    }

    private static void SetHeaders(HttpResponse response, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static string Render(FirstScreen screen)
    {
        var page = new StringBuilder(4096);
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>IdentityHub</title>
            <link rel="stylesheet" href="{StylePath}">
            </head>
            <body>
            <main>
            <h1>IdentityHub</h1>
            <p>The authorization server at <code>{Html.Encode(screen.Issuer)}</code> is running.</p>
            <p><a href="{WellKnown.OpenIdConfiguration}">Discovery document</a> · <a href="/health/ready">Health</a></p>

            """);
        if (screen.ShowsDemo)
            AppendDemo(page, screen);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendDemo(StringBuilder page, FirstScreen screen)
    {
        page.Append("<h2>Try it</h2>\n");
        foreach (var example in screen.Examples())
            page.Append(CultureInfo.InvariantCulture, $"<h3>{Html.Encode(example.Title)}</h3>\n<pre tabindex=\"0\"><code>{Html.Encode(example.Command)}</code></pre>\n");

        page.Append("<h2>Clients</h2>\n<table>\n<thead><tr><th scope=\"col\">client_id</th><th scope=\"col\">Name</th><th scope=\"col\">Grants</th></tr></thead>\n<tbody>\n");
        foreach (var (id, name, grants) in screen.Clients)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{Html.Encode(id)}</code></td><td>{Html.Encode(name)}</td><td>{Html.Encode(grants)}</td></tr>\n");
        page.Append(CultureInfo.InvariantCulture, $"</tbody>\n</table>\n<p>They come from the files under <code>config/</code>, generation <code>{Html.Encode(screen.Generation)}</code>. Change a file: it is in force a second later.</p>\n");
    }

    private static string ReadStyle()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("hub.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
