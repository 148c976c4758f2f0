using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;

namespace IdentityHub.Server.Http;

/// <summary>How an endpoint answers: null when it has answered, else the refusal that is still to be written.</summary>
internal delegate Task<Refusal?> EndpointHandler(HttpContext http, RequestContext context);

/// <summary>Writes a refusal in an endpoint's own shape.</summary>
internal delegate Task ErrorWriter(HttpContext http, RequestContext context, Refusal error);

/// <summary>
/// Runs every endpoint. Makes the request context, records every refusal under its trace id, and turns failures below (the database
/// down, no memory left, a bug) into an answer of the endpoint's own shape.
/// </summary>
internal static class HubEndpoint
{
    private static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MemoryRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Maps an endpoint.</summary>
    /// <param name="path">Route, with its leading slash.</param>
    /// <param name="methods">Verbs; any other answers 405 with <c>Allow</c>.</param>
    public static IEndpointConventionBuilder MapHubEndpoint(
        this IEndpointRouteBuilder routes, string path, IReadOnlyList<string> methods, EndpointHandler handle, ErrorWriter writeError) =>
        routes.Map(path, Answer(path, methods, handle, writeError));

    /// <summary>An endpoint that is not mapped yet.</summary>
    /// <param name="methods">Null: every verb.</param>
    public static RequestDelegate Answer(string path, IReadOnlyList<string>? methods, EndpointHandler handle, ErrorWriter writeError)
    {
        var name = path.TrimStart('/');
        return http => AnswerAsync(http, name, methods, handle, writeError);
    }

    private static async Task AnswerAsync(
        HttpContext http, string name, IReadOnlyList<string>? methods, EndpointHandler handle, ErrorWriter writeError)
    {
        var context = http.NewRequestContext(name);
        var error = await TryHandleAsync(http, context, methods, handle);
        if (error is null)
            return;
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        await writeError(http, context, error);
    }

    private static async Task<Refusal?> TryHandleAsync(
        HttpContext http, RequestContext context, IReadOnlyList<string>? methods, EndpointHandler handle)
    {
        try
        {
            var error =
                methods is null || methods.Contains(http.Request.Method, StringComparer.Ordinal)
                    ? await handle(http, context)
                    : WrongMethod(http, methods);
            if (error is { IsRoutine: false })
                await http.RequestServices.GetRequiredService<AuditTrail>().WriteRefusalAsync(context, error);
            return error;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: there is no answer to write.
            return null;
        }
        catch (BadHttpRequestException broken)
        {
            return Refusal.Of(KindOf(broken), "The request is malformed.", Reasons.HttpMalformed);
        }
        catch (Exception failure)
        {
            return Broken(http, context, failure);
        }
    }

    /// <summary>
    /// The answer to a failure below an endpoint: 503 while the database is down or no memory is left, 500 for a bug; logged under the
    /// trace id.
    /// </summary>
    public static Refusal Broken(HttpContext http, RequestContext context, Exception failure)
    {
        var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HubEndpoint));
        var database = http.RequestServices.GetRequiredService<HubDatabase>();
        if (database.AdviceFor(failure) is { } advice)
        {
            Log.DatabaseRefuses(log, context.Endpoint, context.TraceIdText, advice);
            return Refusal.TemporarilyUnavailable(Reasons.DatabaseMisconfigured, "the database refuses the server", DatabaseRetryAfter);
        }

        if (failure is TimeoutException || database.IsUnavailable(failure))
        {
            Log.DatabaseUnavailable(log, context.Endpoint, context.TraceIdText, database.CauseOf(failure));
            return Refusal.TemporarilyUnavailable(Reasons.DatabaseUnavailable, "the database cannot be reached", DatabaseRetryAfter);
        }

        if (Causes.Has<OutOfMemoryException>(failure))
        {
            Log.OutOfMemory(log, context.Endpoint, context.TraceIdText, failure);
            return Refusal.TemporarilyUnavailable(Reasons.MemoryExhausted, "there was no memory for the request", MemoryRetryAfter);
        }

        Log.Failed(log, context.Endpoint, context.TraceIdText, failure);
        return new Refusal(RefusalKind.ServerError, "Something went wrong in the server.", Reasons.ServerError, failure.GetType().Name);
    }

    private static Refusal WrongMethod(HttpContext http, IReadOnlyList<string> methods)
    {
        http.Response.Headers.Allow = string.Join(", ", methods);
        return Refusal.Of(RefusalKind.MethodNotAllowed, $"Use {string.Join(" or ", methods)}.", Reasons.Method);
    }

    // What Kestrel finds while a body arrives: it is too long, too slow, or malformed.
    private static RefusalKind KindOf(BadHttpRequestException broken) => broken.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => RefusalKind.ContentTooLarge,
        StatusCodes.Status408RequestTimeout => RefusalKind.RequestTimeout,
        _ => RefusalKind.InvalidRequest,
    };
}
