using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// What the server says of itself: <c>ServiceProviderConfig</c>, <c>ResourceTypes</c> and <c>Schemas</c>, RFC 7644 §4, for everybody;
/// <c>Me</c>, which is refused (§3.11); and every other path below <c>/scim/v2</c>.
/// </summary>
internal sealed class DiscoveryEndpoint(ScimCallers callers, CallLimits limits)
{
    private static Refusal PathUnknown { get; } = Refusal.Of(RefusalKind.NotFound, "There is no such path.", Reasons.PathUnknown);

    private static Refusal NoMe { get; } = Refusal.Of(
        RefusalKind.NotFound, "There is no resource of the current user: a directory is none.", Reasons.ScimMe);

    private static Refusal NoFilter { get; } = Refusal.Of(
        RefusalKind.Forbidden, "Filters are not taken here; every resource is listed.", Reasons.ScimFilter);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DiscoveryEndpoint>();
        Map("ServiceProviderConfig", (_, url) => DiscoveryDocuments.Configuration(url));
        Map("ResourceTypes", (_, url) => ScimAnswers.List(2, 1, DiscoveryDocuments.ResourceTypes(url)));
        Map("ResourceTypes/{name}", (name, url) => Named(DiscoveryDocuments.ResourceTypes(url), name));
        Map("Schemas", (_, url) => ScimAnswers.List(2, 1, DiscoveryDocuments.Schemas(url)));
        Map("Schemas/{name}", (name, url) => Named(DiscoveryDocuments.Schemas(url), name));
        var me = HubEndpoint.Answer($"{ScimCallers.Path}/Me", null, (_, _) => Task.FromResult<Refusal?>(NoMe), ScimErrors.WriteAsync);
        routes.Map($"{ScimCallers.Path}/Me", me);
        var unknown = HubEndpoint.Answer(ScimCallers.Path, null, (_, _) => Task.FromResult<Refusal?>(PathUnknown), ScimErrors.WriteAsync);
        routes.Map($"{ScimCallers.Path}/{{**rest}}", unknown)
            .Add(static endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);

        void Map(string path, Func<string, string, JsonObject?> make) => routes.MapHubEndpoint(
            $"{ScimCallers.Path}/{path}", ["GET"], (http, context) => endpoint.HandleAsync(http, context, make), ScimErrors.WriteAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context, Func<string, string, JsonObject?> make)
    {
        if (await limits.CountAsync(http, context, ScimCallers.Rule, credential: null) is { } full)
            return full;
        if (http.Request.Query.ContainsKey("filter"))
            return NoFilter;
        if (make(http.Request.RouteValues["name"]?.ToString() ?? "", callers.BaseUrl) is not { } document)
            return PathUnknown;
        await ScimAnswers.WriteAsync(http, StatusCodes.Status200OK, document);
        return null;
    }

    private static JsonObject? Named(IEnumerable<JsonObject> documents, string id) =>
        documents.FirstOrDefault(document => document["id"]!.GetValue<string>() == id);
}
