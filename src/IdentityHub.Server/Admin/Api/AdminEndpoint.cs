using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Admin.Api;

/// <summary>Runs the operations of one path of the administration API: who calls, what is sent, the operation, its answer.</summary>
internal sealed class AdminEndpoint(AdminCallers callers, AdminRequests requests)
{
    /// <summary>Answers a request by the operation of its verb.</summary>
    public async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context, AdminOperation operation)
    {
        var caller = await callers.ReadAsync(http, operation, context);
        if (!caller.Succeeded)
            return caller.Error;
        var request = await requests.ReadAsync(http, operation, caller.Value, context);
        if (!request.Succeeded)
            return request.Error;
        var answer = await operation.Handle(request.Value);
        if (!answer.Succeeded)
            return answer.Error;
        await WriteAsync(http, answer.Value);
        return null;
    }

    private static Task WriteAsync(HttpContext http, AdminAnswer answer)
    {
        OAuthResults.SetNoStore(http.Response);
        var headers = http.Response.Headers;
        if (answer.Tag is { } tag)
            headers.ETag = tag;
        if (answer.Location is { } location)
            headers.Location = http.PublicUrl(location);
        if (answer.IsReplayed)
            headers["Idempotency-Replayed"] = "true";
        if (answer.Tag is not null && HttpMethods.IsGet(http.Request.Method) && IsKnown(http.Request, answer.Tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.StatusCode = answer.Status;
        if (answer.Lines is { } lines)
        {
            http.Response.ContentType = "application/x-ndjson";
            return lines(http.Response.BodyWriter, http.RequestAborted);
        }

        if (answer.Body is not { } body)
            return Task.CompletedTask;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.BodyWriter.WriteAsync(body, http.RequestAborted).AsTask();
    }

    // RFC 9110 §13.1.2: the star stands for whatever there is, and the comparison is the weak one.
    private static bool IsKnown(HttpRequest request, string tag) => request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));
}
