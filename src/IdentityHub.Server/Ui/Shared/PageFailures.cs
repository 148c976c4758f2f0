using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// Turns what goes wrong below a page (the database down, a bug) into the error page, as <see cref="HubEndpoint"/> does for the other
/// endpoints.
/// </summary>
internal sealed class PageFailures : IAsyncExceptionFilter
{
    public async Task OnExceptionAsync(ExceptionContext failed)
    {
        var http = failed.HttpContext;
        if (failed.Exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            return;
        var context = http.NewRequestContext(http.Request.Path.Value!.TrimStart('/'));
        await PageErrors.WriteAsync(http, context, HubEndpoint.Broken(http, context, failed.Exception));
        failed.ExceptionHandled = true;
        failed.Result = new EmptyResult();
    }
}
