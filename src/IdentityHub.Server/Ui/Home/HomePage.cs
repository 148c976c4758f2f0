using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Home;

/// <summary><c>GET /</c>: the first screen as a page; outside Development only what everybody may know.</summary>
internal static class HomePage
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var screen = routes.ServiceProvider.GetRequiredService<FirstScreen>();
        routes.MapGet("/", http =>
        {
            SetHeaders(http.Response);
            return http.Response.WriteAsync(Render(screen), http.RequestAborted);
        });
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
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
            <link rel="stylesheet" href="{Theme.HubStyle.Address}">
            <link rel="icon" href="{Theme.BuiltIn.Logo.Address}">
            </head>
            <body>
            <header class="site"><span class="brand"><img src="{Theme.BuiltIn.Logo.Address}" alt=""> IdentityHub</span></header>
            <main class="wide">
            <div class="card">
            <h1>IdentityHub</h1>
            <p>The authorization server at <code>{Html.Encode(screen.Issuer)}</code> is running.</p>
            <p><a href="{WellKnown.Account}">Your account</a> · <a href="{WellKnown.OpenIdConfiguration}">Discovery document</a> · <a href="/health/ready">Health</a></p>

            """);
        if (screen.ShowsDemo)
            AppendDemo(page, screen);
        return page.Append("</div>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendDemo(StringBuilder page, FirstScreen screen)
    {
        if (screen.Links().ToList() is { Count: > 0 } links)
        {
            page.Append("<h2>Try it in the browser</h2>\n<ul>\n");
            foreach (var link in links)
                page.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{Html.Encode(link.Address)}\">{Html.Encode(link.Title)}</a></li>\n");
            page.Append("</ul>\n");
        }

        page.Append("<h2>Try it on the command line</h2>\n");
        foreach (var example in screen.Examples())
            page.Append(CultureInfo.InvariantCulture, $"<h3>{Html.Encode(example.Title)}</h3>\n<pre tabindex=\"0\"><code>{Html.Encode(example.Command)}</code></pre>\n");

        page.Append("<h2>Clients</h2>\n<table>\n<thead><tr><th scope=\"col\">client_id</th><th scope=\"col\">Name</th><th scope=\"col\">Grants</th></tr></thead>\n<tbody>\n");
        foreach (var (id, name, grants) in screen.Clients)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{Html.Encode(id)}</code></td><td>{Html.Encode(name)}</td><td>{Html.Encode(grants)}</td></tr>\n");
        page.Append(CultureInfo.InvariantCulture, $"</tbody>\n</table>\n<p>They come from the files under <code>config/</code>, generation <code>{Html.Encode(screen.Generation)}</code>. Change a file: it is in force a second later.</p>\n");
    }
}
