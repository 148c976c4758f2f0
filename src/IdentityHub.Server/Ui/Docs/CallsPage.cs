using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Ui.Docs.Samples;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Docs;

/// <summary><c>/docs/calls/…</c>: the calls under one heading, each with its limit, its fields, its answers and its code.</summary>
internal static class CallsPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Default;

    /// <param name="guide">How to get started with them; null for none.</param>
    public static string Render(HttpContext http, CallSet set, Guide? guide, ShownCalls shown)
    {
        var page = PlainPage.Begin(http, set.Tag).Append(
            CultureInfo.InvariantCulture,
            $"""
            <nav class="contents" aria-label="Documentation">
            <ul>
            <li><a href="{http.PublicUrl(WellKnown.Docs)}">Documentation</a></li>

            """);
        if (guide is not null)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{http.PublicUrl($"{DocsPages.Starts}/{guide.Name}")}\">{Encoder.Encode(guide.Title)}</a></li>\n");
        page.Append(CultureInfo.InvariantCulture, $"</ul>\n</nav>\n<div class=\"card\">\n<h1>{Encoder.Encode(set.Tag)}</h1>\n<ul>\n");
        foreach (var (endpoint, _) in set.Calls)
            page.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{endpoint.Id}\">{Encoder.Encode(endpoint.Summary)}</a></li>\n");
        page.Append("</ul>\n</div>\n");
        foreach (var (endpoint, route) in set.Calls)
            AppendCall(page, endpoint, route, shown);
        return PlainPage.End(page);
    }

    /// <summary>The code of a call, one language under the other, the first one open.</summary>
    public static void AppendSamples(StringBuilder page, EndpointDescription endpoint, string route, ShownCalls shown)
    {
        var open = " open";
        foreach (var (_, label, source) in CodeSamples.Of(endpoint, shown.Servers.Of(endpoint), route))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<details class=\"code\"{open}><summary>{Encoder.Encode(label)}</summary>\n<pre tabindex=\"0\"><code>"
                    + $"{Encoder.Encode(source)}</code></pre></details>\n");
            open = "";
        }
    }

    private static void AppendCall(StringBuilder page, EndpointDescription endpoint, string route, ShownCalls shown)
    {
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <section class="card" id="{endpoint.Id}" aria-labelledby="{endpoint.Id}-title">
            <h2 id="{endpoint.Id}-title">{Encoder.Encode(endpoint.Summary)}</h2>
            <p><code><strong>{endpoint.Method}</strong> {Encoder.Encode(route)}</code></p>
            <p>{Prose.Html(endpoint.Text)}</p>

            """);
        if (endpoint.Limit is { } limit)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"limit\">{Prose.Html(LimitText.Of(limit, shown.Limits))}</p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h3>Who calls</h3>\n<p>{Prose.Html(AccessText(endpoint.Access))}</p>\n");
        AppendFields(page, "In the path", endpoint.Path);
        AppendFields(page, "In the query", endpoint.Query);
        AppendFields(page, "Headers", endpoint.Headers);
        if (endpoint.Body is { } body)
            AppendFields(page, $"Body: {string.Join(" or ", body.MediaTypes)}", body.Fields);
        page.Append("<h3>Answers</h3>\n<dl>\n");
        foreach (var answer in endpoint.Answers)
            page.Append(CultureInfo.InvariantCulture, $"<dt>{answer.Status}</dt><dd>{Prose.Html(answer.Text)}</dd>\n");
        page.Append("</dl>\n<h3>Code</h3>\n");
        AppendSamples(page, endpoint, route, shown);
        page.Append("</section>\n");
    }

    private static void AppendFields(StringBuilder page, string title, IReadOnlyList<Field> fields)
    {
        if (fields.Count == 0)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h3>{Encoder.Encode(title)}</h3>\n<dl>\n");
        foreach (var field in fields)
            AppendField(page, field, field.Name);
        page.Append("</dl>\n");
    }

    private static void AppendField(StringBuilder page, Field field, string name)
    {
        var needed = field.IsRequired ? " <strong>Required.</strong>" : "";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<dt><code>{Encoder.Encode(name)}</code></dt><dd>{Prose.Html(field.Description)}{needed}</dd>\n");
        foreach (var member in field.Members)
            AppendField(page, member, $"{name}.{member.Name}");
    }

    private static string AccessText(DescribedAccess access) => access switch
    {
        DescribedAccess.Anybody => "Anybody; no credential is sent in a header.",
        DescribedAccess.Bearer => "`Authorization: Bearer` with an access token.",
        DescribedAccess.Client =>
            "A client: `client_id` and `client_secret` in the body, or both by HTTP Basic, each form-encoded first (RFC 6749 §2.3.1).",
        DescribedAccess.Tenant =>
            "A tenant by HTTP Basic with an empty user name and its API key; or one of its users, with a token that the tenant has signed.",
        DescribedAccess.Session => "A login session (`Authorization: Bearer` with its LSID), or an integrated system (`X-API-Key`).",
        _ => throw new ArgumentOutOfRangeException(nameof(access)),
    };
}
