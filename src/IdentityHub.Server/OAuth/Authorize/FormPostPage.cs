using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.OAuth.Authorize;

/// <summary>
/// A form that posts itself to the client. OAuth 2.0 Form Post Response Mode §2. The one script of the hub that a protocol needs; without
/// scripts there is a button.
/// </summary>
internal static class FormPostPage
{
    private const string ScriptPath = "/assets/form-post.js";
    private const string Script = "document.forms[0].submit();\n";
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    /// <summary>Maps the script, which no page may hold inline.</summary>
    public static void MapScript(IEndpointRouteBuilder routes) =>
        routes.MapGet(ScriptPath, static http =>
        {
            http.Response.ContentType = "text/javascript; charset=utf-8";
            http.Response.Headers.CacheControl = "public, max-age=3600";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return http.Response.WriteAsync(Script, http.RequestAborted);
        });

    /// <summary>Writes the page.</summary>
    /// <param name="action">The redirect URI, checked.</param>
    public static Task WriteAsync(HttpContext http, string action, IEnumerable<KeyValuePair<string, string>> members)
    {
        var page = new StringBuilder(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>…</title></head>\n<body>\n");
        page.Append("<form method=\"post\" action=\"").Append(Html.Encode(action)).Append("\">\n");
        foreach (var (name, value) in members)
            page.Append("<input type=\"hidden\" name=\"")
                .Append(Html.Encode(name))
                .Append("\" value=\"")
                .Append(Html.Encode(value))
                .Append("\">\n");
        page.Append("<noscript><button>OK</button></noscript>\n</form>\n<script src=\"")
            .Append(Html.Encode(http.PublicUrl(ScriptPath)))
            .Append("\"></script>\n</body>\n</html>\n");

        var response = http.Response;
        response.ContentType = "text/html; charset=utf-8";

        // Without form-action: a browser applies it to the redirects that follow, and the client decides about those.
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return response.WriteAsync(page.ToString(), http.RequestAborted);
    }
}
