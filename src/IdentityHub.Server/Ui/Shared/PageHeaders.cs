using IdentityHub.Protocol;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The headers of every page: nothing inline, nothing from elsewhere, no frame around it, nothing kept on the way. ASSURANCE I4.
/// </summary>
internal sealed class PageHeaders : IResultFilter
{
    private const string FormsElsewhere = "forms-elsewhere";
    private const string FrameSources = "frame-sources";

    /// <summary>
    /// Leaves <c>form-action</c> out of the policy of this page. A browser applies the directive to every redirect that follows a form, and
    /// where the address of a client redirects to is not known here: another origin, or an app.
    /// </summary>
    public static void AllowFormsElsewhere(HttpContext http) => http.Items[FormsElsewhere] = true;

    /// <summary>
    /// Lets this page hold frames from these addresses. The schemes are allowed, not the origins: a browser applies <c>frame-src</c> to the
    /// redirects of a frame too.
    /// </summary>
    public static void AllowFrames(HttpContext http, IReadOnlyList<string> uris)
    {
        if (uris.Count > 0)
            http.Items[FrameSources] = uris.Any(uri => !RedirectUris.IsClaimed(uri)) ? "https: http:" : "https:";
    }

    public void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        var forms = context.HttpContext.Items[FormsElsewhere] is true ? "" : "; form-action 'self'";
        var frames = context.HttpContext.Items[FrameSources] is string { Length: > 0 } sources ? $"; frame-src {sources}" : "";
        var asksForPasskeys = context.Result is PageResult { Model: IPasskeyPage { HasPasskeys: true } };
        var asks = asksForPasskeys || context.Result is PageResult { Model: HubPage { IsLive: true } };
        var scripts = asks ? "; script-src 'self'; connect-src 'self'"
            : context.Result is PageResult { Model: ILocalTimes or IPasswordPage } ? "; script-src 'self'"
            : "";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; img-src 'self'{scripts}{frames}{forms}; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";

        // As the framework writes it on a page with a form, which it does in any case.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        headers.Vary = "Accept-Language, Cookie";
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
