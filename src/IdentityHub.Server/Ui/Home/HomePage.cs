using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Home;

/// <summary><c>GET /</c>: the first screen as a page; outside Development only public data.</summary>
internal static class HomePage
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var screen = routes.ServiceProvider.GetRequiredService<FirstScreen>();
        routes.MapGet("/", http =>
        {
            PlainPage.SetHeaders(http.Response, "text/html; charset=utf-8");
            return http.Response.WriteAsync(Render(http, screen), http.RequestAborted);
        });
    }

    private static string Render(HttpContext http, FirstScreen screen)
    {
        var page = PlainPage.Begin(http, title: null).Append(
            CultureInfo.InvariantCulture,
            $"""
            <div class="card">
            <h1>{Html.Encode(PlainPage.ProductName(http))}</h1>
            <p>The authorization server at <code>{Html.Encode(screen.Issuer)}</code> is running.</p>
            <p><a href="{http.PublicUrl(WellKnown.Account)}">Your account</a> · <a href="{http.PublicUrl(WellKnown.Docs)}">Documentation</a> · <a href="{http.PublicUrl(WellKnown.OpenIdConfiguration)}">Discovery document</a> · <a href="{http.PublicUrl("/health/ready")}">Health</a></p>

            """);
        if (screen.ShowsDemo)
            AppendDemo(page, screen);
        return PlainPage.End(page.Append("</div>\n"));
    }

    private static void AppendDemo(StringBuilder page, FirstScreen screen)
    {
        if (screen.Links().ToList() is { Count: > 0 } links)
        {
            page.Append("<h2>Try it in the browser</h2>\n<ul>\n");
            foreach (var link in links)
                page.Append(
                    CultureInfo.InvariantCulture, $"<li><a href=\"{Html.Encode(link.Address)}\">{Html.Encode(link.Title)}</a></li>\n");
            page.Append("</ul>\n");
        }

        page.Append("<h2>Try it on the command line</h2>\n");
        foreach (var example in screen.Examples())
            page.Append(
                CultureInfo.InvariantCulture,
                $"<h3>{Html.Encode(example.Title)}</h3>\n<pre tabindex=\"0\"><code>{Html.Encode(example.Command)}</code></pre>\n");

        page.Append(
            "<h2>Clients</h2>\n<table>\n<thead><tr><th scope=\"col\">client_id</th><th scope=\"col\">Name</th><th "
                + "scope=\"col\">Grants</th></tr></thead>\n<tbody>\n");
        foreach (var (id, name, grants) in screen.Clients)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td><code>{Html.Encode(id)}</code></td><td>{Html.Encode(name)}</td><td>{Html.Encode(grants)}</td></tr>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"</tbody>\n</table>\n<p>They come from the files under <code>config/</code>, generation "
                + $"<code>{Html.Encode(screen.Generation)}</code>. Change a file: it is in force a second later.</p>\n");
    }
}
