using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Admin.Scim;

/// <summary><c>/scim/v2/Users</c> and <c>/scim/v2/Groups</c>, one resource, and their <c>.search</c>. RFC 7644 §3.2.</summary>
internal sealed class ResourcesEndpoint(ScimCallers callers, IEnumerable<IScimResources> kinds)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ResourcesEndpoint>();
        foreach (var kind in endpoint.Kinds)
        {
            var path = $"{ScimCallers.Path}/{kind.Name}";
            routes.MapHubEndpoint(
                path, ["GET", "POST"], (http, context) => endpoint.HandleAllAsync(kind, http, context), ScimErrors.WriteAsync);
            routes.MapHubEndpoint(
                $"{path}/.search", ["POST"], (http, context) => endpoint.SearchAsync(kind, http, context), ScimErrors.WriteAsync);
            routes.MapHubEndpoint(
                $"{path}/{{id}}", ["GET", "PUT", "PATCH", "DELETE"], (http, context) => endpoint.HandleOneAsync(kind, http, context),
                ScimErrors.WriteAsync);
        }
    }

    private IEnumerable<IScimResources> Kinds => kinds;

    private async Task<Refusal?> HandleAllAsync(IScimResources kind, HttpContext http, RequestContext context)
    {
        var call = await callers.AdmitAsync(http, context, ScimCallers.Rule);
        if (!call.Succeeded)
            return call.Error;
        if (HttpMethods.IsPost(http.Request.Method))
            return await CreateAsync(kind, http, call.Value);
        var query = ScimQuery.Read(http.Request);
        return query.Succeeded ? await ListAsync(kind, http, call.Value, query.Value) : query.Error;
    }

    private async Task<Refusal?> SearchAsync(IScimResources kind, HttpContext http, RequestContext context)
    {
        var call = await callers.AdmitAsync(http, context, ScimCallers.Rule);
        if (!call.Succeeded)
            return call.Error;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        var query = ScimQuery.Read(body.Value.Root);
        return query.Succeeded ? await ListAsync(kind, http, call.Value, query.Value) : query.Error;
    }

    private async Task<Refusal?> HandleOneAsync(IScimResources kind, HttpContext http, RequestContext context)
    {
        var call = await callers.AdmitAsync(http, context, ScimCallers.Rule);
        if (!call.Succeeded)
            return call.Error;
        var projection = ScimQuery.ReadProjection(http.Request);
        if (!projection.Succeeded)
            return projection.Error;
        var id = http.Request.RouteValues["id"]!.ToString()!;
        var result = http.Request.Method switch
        {
            "GET" => await kind.FindAsync(call.Value, id, projection.Value),
            "DELETE" => await kind.DeleteAsync(call.Value, id),
            _ => await ChangeAsync(kind, http, call.Value, id, projection.Value),
        };
        if (!result.Succeeded)
            return result.Error;

        // RFC 7644 §3.14, RFC 9110 §13.1.2.
        if (HttpMethods.IsGet(http.Request.Method) && result.Value.Version is { } version
            && VersionCondition.Of(http.Request.Headers.IfNoneMatch.ToString()).Names(version))
            return await ScimAnswers.WriteAsync(http, result.Value with { Status = StatusCodes.Status304NotModified, Body = null });
        return await ScimAnswers.WriteAsync(http, result.Value);
    }

    private static async Task<Refusal?> CreateAsync(IScimResources kind, HttpContext http, ScimCall call)
    {
        var projection = ScimQuery.ReadProjection(http.Request);
        if (!projection.Succeeded)
            return projection.Error;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        var made = await kind.CreateAsync(call, body.Value.Root, projection.Value);
        return made.Succeeded ? await ScimAnswers.WriteAsync(http, made.Value) : made.Error;
    }

    private static async Task<Outcome<ScimResult>> ChangeAsync(
        IScimResources kind, HttpContext http, ScimCall call, string id, Projection projection)
    {
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        return HttpMethods.IsPut(http.Request.Method)
            ? await kind.ReplaceAsync(call, id, body.Value.Root, projection)
            : await kind.PatchAsync(call, id, body.Value.Root, projection);
    }

    private static async Task<Refusal?> ListAsync(IScimResources kind, HttpContext http, ScimCall call, ScimQuery query)
    {
        var list = await kind.ListAsync(call, query);
        if (!list.Succeeded)
            return list.Error;
        await ScimAnswers.WriteAsync(http, StatusCodes.Status200OK, list.Value);
        return null;
    }
}
