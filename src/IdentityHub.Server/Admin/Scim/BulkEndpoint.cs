using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// <c>POST /scim/v2/Bulk</c>. RFC 7644 §3.7. Each operation is a change of its own. One that refers to a resource that a later one makes
/// waits for it.
/// </summary>
internal sealed class BulkEndpoint(ScimCallers callers, IEnumerable<IScimResources> kinds, AuditTrail audit)
{
    /// <summary>Operations in one request.</summary>
    public const int MaxOperations = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<BulkEndpoint>();
        routes.MapHubEndpoint($"{ScimCallers.Path}/Bulk", ["POST"], endpoint.HandleAsync, ScimErrors.WriteAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var call = await callers.AdmitAsync(http, context, ScimCallers.BulkRule);
        if (!call.Succeeded)
            return call.Error;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        var request = BulkRequest.Read(body.Value.Root, MaxOperations);
        if (!request.Succeeded)
            return request.Error;

        var answers = await RunAsync(http, call.Value, request.Value);
        await ScimAnswers.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["schemas"] = new JsonArray(ScimUrns.BulkResponse),
            ["Operations"] = new JsonArray([.. answers]),
        });
        return null;
    }

    private async Task<IEnumerable<JsonObject>> RunAsync(HttpContext http, ScimCall call, BulkRequest request)
    {
        var answers = new SortedDictionary<int, JsonObject>();
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        var (waiting, failures) = (request.Operations.ToList(), 0);
        while (waiting.Count > 0)
        {
            var ready = waiting.FirstOrDefault(operation => operation.References.All(made.ContainsKey));
            var operation = ready ?? waiting[0];
            waiting.Remove(operation);
            var outcome = ready is null
                ? ScimRefusals.Value("A bulkId that the operation refers to was made by none of the operations.")
                : await TryRunAsync(http, call, operation.Resolved(made));
            answers[operation.Index] = AnswerOf(call, operation, outcome);
            if (outcome is { Succeeded: true, Value: { Location: { } location } } && operation is { IsPost: true, BulkId: { } bulkId })
                made[bulkId] = location[(location.LastIndexOf('/') + 1)..];
            if (!outcome.Succeeded)
            {
                await audit.WriteRefusalAsync(call.Context, outcome.Error);
                if (++failures == request.FailOnErrors)
                    break;
            }
        }

        return answers.Values;
    }

    // One that fails does not lose the answers of those before it, which are done.
    private async Task<Outcome<ScimResult>> TryRunAsync(HttpContext http, ScimCall call, BulkOperation operation)
    {
        try
        {
            return await RunAsync(call, operation);
        }
        catch (Exception failure) when (!call.Cancelled.IsCancellationRequested)
        {
            return HubEndpoint.Broken(http, call.Context, failure);
        }
    }

    private async Task<Outcome<ScimResult>> RunAsync(ScimCall call, BulkOperation operation)
    {
        if (operation.Fault is { } fault)
            return fault;
        var steps = operation.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length is 0 or > 2 || kinds.FirstOrDefault(kind => kind.Name == steps[0]) is not { } resources)
            return ScimRefusals.Path($"The path '{ScimRefusals.Shown(operation.Path)}' is none of a resource.");
        var conditional = call with { Condition = VersionCondition.Of(operation.Version) };
        return (operation.Method, steps.Length, operation.Data) switch
        {
            ("POST", 1, { } data) => await resources.CreateAsync(conditional, data, Projection.Default),
            ("PUT", 2, { } data) => await resources.ReplaceAsync(conditional, steps[1], data, Projection.Default),
            ("PATCH", 2, { } data) => await resources.PatchAsync(conditional, steps[1], data, Projection.Default),
            ("DELETE", 2, _) => await resources.DeleteAsync(conditional, steps[1]),
            _ => ScimRefusals.Syntax("An operation is POST of /Users or /Groups, or PUT, PATCH or DELETE of one resource, with its data."),
        };
    }

    private static JsonObject AnswerOf(ScimCall call, BulkOperation operation, Outcome<ScimResult> outcome)
    {
        var answer = new JsonObject { ["method"] = operation.Method };
        if (operation.BulkId is { } bulkId)
            answer["bulkId"] = bulkId;
        var status = outcome.Succeeded ? outcome.Value.Status : ScimErrors.StatusOf(outcome.Error);
        if (outcome.Succeeded && outcome.Value.Version is { } version)
            answer["version"] = version;
        if (outcome.Succeeded && outcome.Value.Location is { } location)
            answer["location"] = location;
        else if (operation.Method != "POST")
            answer["location"] = call.BaseUrl + operation.Path;
        answer["status"] = status.ToString(CultureInfo.InvariantCulture);
        if (!outcome.Succeeded)
            answer["response"] = ScimErrors.BodyOf(call.Context, outcome.Error);
        return answer;
    }
}
