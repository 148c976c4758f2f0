using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Docs;

/// <summary><c>/docs</c>: what there is to read.</summary>
internal static class IndexPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Default;

    public static string Render(HttpContext http, ShownCalls shown, IReadOnlyList<Guide> guides, HubSettings settings)
    {
        var page = PlainPage.Begin(http, "Documentation").Append("<div class=\"card\">\n<h1>Documentation</h1>\n");
        page.Append("<p>What this installation answers at the moment. An older API that is switched off is not shown.</p>\n");
        page.Append("<h2>Addresses</h2>\n<dl>\n");
        foreach (var (url, description) in shown.Servers.All)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<dt>{Encoder.Encode(description)}</dt><dd><code>{Encoder.Encode(url)}</code></dd>\n");
        page.Append("</dl>\n<h2>Getting started</h2>\n<ul>\n");
        foreach (var guide in guides)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{http.PublicUrl($"{DocsPages.Starts}/{guide.Name}")}\">{Encoder.Encode(guide.Title)}</a>: "
                    + $"{Prose.Html(guide.Lead)}</li>\n");
        page.Append("</ul>\n<h2>Every call</h2>\n<ul>\n");
        AppendSets(http, page, shown.Sets.Where(set => !set.IsAdministration));
        page.Append("</ul>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <p><a href="{http.PublicUrl($"{DocsFeature.TryOut}/index.html")}">{(settings.IsProduction
                ? "All calls on one page"
                : "Try the calls out")}</a></p>
            <p>{Document(http, $"{WellKnown.Docs}/{OpenApiEndpoint.FileName}", "identityhub.openapi.json", "OpenAPI document")}</p>
            <h2>Administration</h2>
            <ul>

            """);
        AppendSets(http, page, shown.Sets.Where(set => set.IsAdministration));
        var administration = Document(
            http, $"{WellKnown.Docs}/admin/{OpenApiEndpoint.FileName}", "identityhub-administration.openapi.json",
            "OpenAPI document of the administration");
        page.Append(CultureInfo.InvariantCulture, $"</ul>\n<p>{administration}</p>\n</div>\n");
        return PlainPage.End(page);
    }

    private static string Document(HttpContext http, string path, string fileName, string title) =>
        $"<a href=\"{http.PublicUrl(path)}\" download=\"{fileName}\">{title}</a>";

    private static void AppendSets(HttpContext http, StringBuilder page, IEnumerable<CallSet> sets)
    {
        foreach (var set in sets)
        {
            var calls = set.Calls.Count == 1 ? "1 call" : $"{set.Calls.Count.ToString(CultureInfo.InvariantCulture)} calls";
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{http.PublicUrl($"{DocsPages.Calls}/{set.Name}")}\">{Encoder.Encode(set.Tag)}</a>, {calls}</li>\n");
        }
    }
}
