using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityHub.Server.Ui.Error;

/// <summary>
/// Says why something was refused, when that may not be sent anywhere else; asked for by itself, that there is no such page. Run in place
/// of the endpoint that refused, whatever its verb.
/// </summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    /// <summary>Its sentence names the check that failed; null when there is no such page.</summary>
    public Refusal? Error { get; private set; }

    /// <summary>Under which the administrator finds the rest.</summary>
    public string? TraceId { get; private set; }

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpContext.Features.Get<PageError>() is { } shown)
            (Error, TraceId) = (shown.Error, shown.TraceId);
        else
            Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
