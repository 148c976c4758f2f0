using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Storage;

namespace IdentityHub.Server.Http;

/// <summary>How a door answers: null when it has answered, else the refusal that is still to be written.</summary>
internal delegate Task<OAuthError?> DoorHandler(HttpContext http, Call call);

/// <summary>Writes a refusal in a door's own shape.</summary>
internal delegate Task ErrorWriter(HttpContext http, Call call, OAuthError error);

/// <summary>
/// Where every door hangs: makes the call, records every refusal under the call's trace id, and turns what goes wrong below (the database
/// gone, a bug) into an answer of the door's own shape.
/// </summary>
internal static class Door
{
    private static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Maps a door.</summary>
    /// <param name="path">Route, with its leading slash.</param>
    /// <param name="methods">Verbs; any other answers 405 with <c>Allow</c>.</param>
    public static IEndpointConventionBuilder MapDoor(
        this IEndpointRouteBuilder routes, string path, IReadOnlyList<string> methods, DoorHandler handle, ErrorWriter writeError) =>
        routes.Map(path, Answer(path, methods, handle, writeError));

    /// <summary>A door that is not mapped yet.</summary>
    /// <param name="methods">Null: every verb.</param>
    public static RequestDelegate Answer(string path, IReadOnlyList<string>? methods, DoorHandler handle, ErrorWriter writeError)
    {
        var name = path.TrimStart('/');
        return http => AnswerAsync(http, name, methods, handle, writeError);
    }

    private static async Task AnswerAsync(HttpContext http, string name, IReadOnlyList<string>? methods, DoorHandler handle, ErrorWriter writeError)
    {
        var call = http.NewCall(name);
        var error = await TryHandleAsync(http, call, methods, handle);
        if (error is null)
            return;
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        await writeError(http, call, error);
    }

    private static async Task<OAuthError?> TryHandleAsync(HttpContext http, Call call, IReadOnlyList<string>? methods, DoorHandler handle)
    {
        try
        {
            var error = methods is null || methods.Contains(http.Request.Method, StringComparer.Ordinal) ? await handle(http, call) : WrongMethod(http, methods);
            if (error is { IsRoutine: false })
                await http.RequestServices.GetRequiredService<AuditTrail>().WriteRefusalAsync(call, error);
            return error;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
            return null;
        }
        catch (BadHttpRequestException broken)
        {
            return OAuthError.InvalidRequest("The request is malformed.", "http_malformed") with { Status = broken.StatusCode };
        }
        catch (Exception failure)
        {
            return Broken(http, call, failure);
        }
    }

    /// <summary>What a failure below a door becomes: 503 while the database is gone, 500 for a bug; logged under the trace id.</summary>
    public static OAuthError Broken(HttpContext http, Call call, Exception failure)
    {
        var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Door));
        var database = http.RequestServices.GetRequiredService<HubDatabase>();
        if (database.AdviceFor(failure) is { } advice)
        {
            Log.DatabaseRefuses(log, call.Door, call.TraceIdText, advice);
            return OAuthError.TemporarilyUnavailable("database_misconfigured", "the database refuses the server", DatabaseRetryAfter);
        }

        if (failure is TimeoutException || database.IsUnavailable(failure))
        {
            Log.DatabaseUnavailable(log, call.Door, call.TraceIdText, failure.GetType().Name);
            return OAuthError.TemporarilyUnavailable("database_unavailable", "the database cannot be reached", DatabaseRetryAfter);
        }

        Log.Failed(log, call.Door, call.TraceIdText, failure);
        return new OAuthError(
            "server_error", "Something went wrong in the server.", "server_error", failure.GetType().Name, StatusCodes.Status500InternalServerError);
    }

    private static OAuthError WrongMethod(HttpContext http, IReadOnlyList<string> methods)
    {
        http.Response.Headers.Allow = string.Join(", ", methods);
        return OAuthError.InvalidRequest($"Use {string.Join(" or ", methods)}.", "method") with { Status = StatusCodes.Status405MethodNotAllowed };
    }
}
