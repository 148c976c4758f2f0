using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// What no page answers: a form that did not come from a page of the hub, and a verb or handler that the page does not have. The user sees
/// the error page. ASSURANCE S4.
/// </summary>
internal sealed class PageRules(AuditTrail audit) : IAsyncPageFilter, IAsyncAlwaysRunResultFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        // A page without a handler for GET shows itself.
        var isShown = HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method);
        if (context.HandlerMethod is null
            && !isShown
            && !context.ActionDescriptor.EndpointMetadata.OfType<IgnoreAntiforgeryTokenAttribute>().Any())
        {
            await RefuseAsync(
                context.HttpContext, Refusal.Of(RefusalKind.MethodNotAllowed, "The page does not answer this.", Reasons.PageMethod));
            context.Result = new EmptyResult();
            return;
        }

        await next();
    }

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            await RefuseAsync(
                context.HttpContext,
                Refusal.InvalidRequest(
                    "The form did not come from a page of this server, or has been open for too long.", Reasons.FormToken));
            context.Result = new EmptyResult();
        }

        await next();
    }

    private async Task RefuseAsync(HttpContext http, Refusal error)
    {
        var context = http.NewRequestContext(http.Request.Path.Value!.TrimStart('/'));
        await audit.WriteRefusalAsync(context, error);
        await PageErrors.WriteAsync(http, context, error);
    }
}
