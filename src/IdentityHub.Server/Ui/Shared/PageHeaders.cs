using IdentityHub.Protocol;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>The headers of every page: nothing inline, nothing from elsewhere, no frame around it, nothing kept on the way. ASSURANCE I4.</summary>
internal sealed class PageHeaders : IResultFilter
{
    private const string FormTarget = "form-target";
    private const string FrameSources = "frame-sources";

    /// <summary>Lets a form of this page end up at another origin too: CSP follows the redirects of a form.</summary>
    public static void AllowFormTarget(HttpContext http, string? source) => http.Items[FormTarget] = source;

    /// <summary>Lets this page hold frames from these addresses.</summary>
    public static void AllowFrames(HttpContext http, IEnumerable<string> uris) =>
        http.Items[FrameSources] = string.Join(' ', uris.Select(RedirectUris.FormTarget).Distinct(StringComparer.Ordinal));

    public void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        var target = context.HttpContext.Items[FormTarget] is string source ? " " + source : "";
        var frames = context.HttpContext.Items[FrameSources] is string { Length: > 0 } sources ? $"; frame-src {sources}" : "";
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; img-src 'self'{frames}; form-action 'self'{target}; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";

        // As the framework writes it on a page with a form, which it does in any case.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
