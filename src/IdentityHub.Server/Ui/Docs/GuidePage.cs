using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using IdentityHub.Server.Http;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// <c>/docs/start/…</c>: how to get started. Code and limits come from the endpoints, so that a page says nothing that the server does not
/// do. A paragraph about a call whose API is off is left out: <c>{{if:ID}}</c> to <c>{{end}}</c>.
/// </summary>
internal static partial class GuidePage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Default;

    public static string Render(HttpContext http, Guide guide, ShownCalls shown)
    {
        var page = PlainPage.Begin(http, guide.Title).Append(
            CultureInfo.InvariantCulture,
            $"""
            <nav class="contents" aria-label="Documentation">
            <ul>
            <li><a href="{http.PublicUrl(WellKnown.Docs)}">Documentation</a></li>

            """);
        foreach (var set in shown.Sets.Where(set => guide.Sets.Contains(set.Name, StringComparer.Ordinal)))
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{http.PublicUrl($"{DocsPages.Calls}/{set.Name}")}\">Every call: {Encoder.Encode(set.Tag)}</a></li>\n");
        page.Append(CultureInfo.InvariantCulture, $"</ul>\n</nav>\n<article class=\"card\">\n<h1>{Encoder.Encode(guide.Title)}</h1>\n");
        page.Append(Fill(http, guide.Text, shown)).Append("</article>\n");
        return PlainPage.End(page);
    }

    private static string Fill(HttpContext http, string text, ShownCalls shown)
    {
        var present = Condition().Replace(text, part => shown.FindCall(part.Groups[1].Value) is null ? "" : part.Groups[2].Value);
        return Place().Replace(present, place => ValueOf(http, place.Groups[1].Value, place.Groups[2].Value, shown));
    }

    private static string ValueOf(HttpContext http, string kind, string id, ShownCalls shown)
    {
        switch (kind)
        {
            case "server":
                return Encoder.Encode(shown.Servers.Older);
            case "servers":
                return ServerList(shown.Servers);
            case "issuer":
                return Encoder.Encode(shown.Servers.Issuer);
        }

        var (set, endpoint, route) = shown.FindCall(id) ?? throw new InvalidOperationException($"A guide names the call '{id}'.");
        switch (kind)
        {
            case "call":
                var address = http.PublicUrl($"{DocsPages.Calls}/{set.Name}");
                return $"<a href=\"{address}#{id}\"><code>{endpoint.Method} {Encoder.Encode(route)}</code></a>";
            case "limit":
                return Prose.Html(LimitText.Of(endpoint.Limit!, shown.Limits));
            case "sample":
                var samples = new StringBuilder();
                CallsPage.AppendSamples(samples, endpoint, route, shown);
                return samples.ToString();
            default:
                throw new InvalidOperationException($"A guide has a place '{kind}'.");
        }
    }

    private static string ServerList(DocumentServers servers)
    {
        var list = new StringBuilder("<dl>\n");
        foreach (var (url, description) in servers.All)
            list.Append(
                CultureInfo.InvariantCulture,
                $"<dt>{Encoder.Encode(description)}</dt><dd><code>{Encoder.Encode(url)}</code></dd>\n");
        return list.Append("</dl>\n").ToString();
    }

    [GeneratedRegex(@"\{\{if:(\w+)\}\}(.*?)\{\{end\}\}", RegexOptions.Singleline)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\{\{(\w+)(?::(\w+))?\}\}")]
    private static partial Regex Place();
}
