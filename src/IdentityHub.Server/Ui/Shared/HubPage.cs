using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>What all pages have in common: the request context, the language, the failures, and how a page sends the browser on.</summary>
/// <param name="endpoint">Path without its leading slash.</param>
internal abstract class HubPage(string endpoint) : PageModel
{
    /// <summary>In the view data: what the page's <c>meta</c> element <c>refresh</c> holds, where it has one.</summary>
    public const string RefreshKey = "Refresh";

    /// <summary>What is wrong with what was sent; empty when nothing is.</summary>
    public IReadOnlyList<Failure> Failures { get; private set; } = [];

    protected RequestContext Context => field ??= HttpContext.NewRequestContext(endpoint);

    protected Texts Text => HttpContext.Texts();

    protected CancellationToken Aborted => HttpContext.RequestAborted;

    /// <summary>The address of the page, with the parameters that it keeps when the browser comes back.</summary>
    protected virtual string Here => "/" + endpoint;

    /// <summary>
    /// True for a page that a script of the hub keeps up to date by asking for parts of it. Without the script every link and form of it
    /// works as well.
    /// </summary>
    public virtual bool IsLive => false;

    /// <summary>True when something is wrong with the field.</summary>
    public bool IsWrong(string field) => Failures.Any(failure => failure.Field == field);

    /// <summary>303: what was posted is not posted on. RFC 9110 §15.4.4.</summary>
    protected IActionResult SeeOther(string location)
    {
        var url = HttpContext.PublicUrl(location);
        if (url.Length > RefreshPage.MaxLocationLength)
            return new LongRedirect(url);
        Response.Headers.Location = url;
        return StatusCode(HttpMethods.IsPost(Request.Method) ? StatusCodes.Status303SeeOther : StatusCodes.Status302Found);
    }

    /// <summary>Shows the page again, with the refusal in the user's language.</summary>
    /// <param name="field">The field that it is about; null for none.</param>
    protected Task<IActionResult> RefuseAsync(Refusal error, string? field = null) =>
        RefuseAsync(error, [new Failure(Text.Of(error), field)]);

    /// <summary>Shows the page again, with what is wrong in the page's own words.</summary>
    protected async Task<IActionResult> RefuseAsync(Refusal error, IReadOnlyList<Failure> failures)
    {
        await AuditAsync(error);
        OAuthResults.SetErrorHeaders(HttpContext, error, challenge: null);
        Response.StatusCode = OAuthErrors.StatusOf(error.Kind);
        Failures = failures;
        return Page();
    }

    /// <summary>Shows the error page in place of this one.</summary>
    protected async Task<IActionResult> ErrorPageAsync(Refusal error)
    {
        await AuditAsync(error);
        await PageErrors.WriteAsync(HttpContext, Context, error);
        return new EmptyResult();
    }

    /// <summary>Sends the browser on after a while: by a header, or in the page when the address does not fit into one.</summary>
    protected void RefreshAfter(TimeSpan wait, string address)
    {
        var refresh = $"{wait.TotalSeconds};url={address}";
        if (address.Length > RefreshPage.MaxLocationLength)
            ViewData[RefreshKey] = refresh;
        else
            Response.Headers["Refresh"] = refresh;
    }

    // The address does not fit into a header.
    private sealed class LongRedirect(string address) : ActionResult
    {
        public override Task ExecuteResultAsync(ActionContext context) => RefreshPage.WriteAsync(context.HttpContext, address);
    }

    private ValueTask AuditAsync(Refusal error) =>
        HttpContext.RequestServices.GetRequiredService<AuditTrail>().WriteRefusalAsync(Context, error);
}
