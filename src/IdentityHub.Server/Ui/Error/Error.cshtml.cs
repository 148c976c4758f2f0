using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityHub.Server.Ui.Error;

/// <summary>Says why something was refused, when that may not be sent anywhere else. Run in place of the endpoint that refused, whatever its verb.</summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    /// <summary>The public sentence.</summary>
    public string Description { get; private set; } = "There is no such page.";

    /// <summary>The registered error code.</summary>
    public string Code { get; private set; } = "not_found";

    /// <summary>Under which the administrator finds the rest; null where nothing was recorded.</summary>
    public string? TraceId { get; private set; }

    public override void OnPageHandlerExecuting(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context)
    {
        if (HttpContext.Features.Get<PageError>() is { } shown)
            (Description, Code, TraceId) = (shown.Error.Description, shown.Error.Code, shown.TraceId);
        else
            Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
