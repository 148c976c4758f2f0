using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>Turns what goes wrong below a page (the database gone, a bug) into the error page, as <see cref="Door"/> does for the other doors.</summary>
internal sealed class PageFailures : IAsyncExceptionFilter
{
    public async Task OnExceptionAsync(ExceptionContext context)
    {
        var http = context.HttpContext;
        if (context.Exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            return;
        var call = http.NewCall(http.Request.Path.Value!.TrimStart('/'));
        await PageErrors.WriteAsync(http, call, Door.Broken(http, call, context.Exception));
        context.ExceptionHandled = true;
        context.Result = new EmptyResult();
    }
}
