using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using Microsoft.AspNetCore.Diagnostics;

namespace IdentityHub.Server.Http;

/// <summary>
/// What the error page shows: the public sentence, the code, and the trace id under which the administrator finds the rest.
/// </summary>
internal sealed record PageError(Refusal Error, string TraceId);

/// <summary>
/// Refusals that a person sees, because they may not be sent anywhere else: the status stands, and the error page is run in place of the
/// endpoint that refused.
/// </summary>
internal static class PageErrors
{
    /// <summary>Writes the refusal as a page.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        OAuthResults.SetErrorHeaders(http, error, challenge: null);
        http.Response.StatusCode = OAuthErrors.StatusOf(error.Kind);
        http.Features.Set(new PageError(error, context.TraceIdText));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Runs the error page for refusals of <see cref="WriteAsync"/>, and where a browser has asked for a page that is not there.
    /// </summary>
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseStatusCodePagesWithReExecute(WellKnown.Error);
        app.Use(static async (http, next) =>
        {
            await next(http);
            if (http.Response.StatusCode >= StatusCodes.Status400BadRequest
                && !WantsPage(http)
                && http.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
        });
    }

    private static bool WantsPage(HttpContext http) =>
        http.Features.Get<PageError>() is not null
        || (http.GetEndpoint() is null && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
