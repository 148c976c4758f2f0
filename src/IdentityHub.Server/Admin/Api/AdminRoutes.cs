using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;

namespace IdentityHub.Server.Admin.Api;

/// <summary>Maps the operations of the areas.</summary>
internal static class AdminRoutes
{
    private static Refusal NoPath { get; } = Refusal.Of(RefusalKind.NotFound, "There is no such path.", Reasons.PathUnknown);

    /// <summary>Maps the operations of an area: one endpoint a path, with the verbs that it has.</summary>
    public static void MapOperations(this IEndpointRouteBuilder routes, IEnumerable<AdminOperation> operations)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AdminEndpoint>();
        var catalog = routes.ServiceProvider.GetRequiredService<AdminCatalog>();
        foreach (var path in operations.GroupBy(operation => operation.Path, StringComparer.Ordinal))
        {
            var byMethod = path.ToDictionary(operation => operation.Method, StringComparer.Ordinal);
            var mapped = routes.MapHubEndpoint(
                AdminOperation.BasePath + path.Key, [.. byMethod.Keys],
                (http, context) => endpoint.HandleAsync(http, context, byMethod[http.Request.Method]), AdminProblems.WriteAsync);
            foreach (var operation in path)
            {
                catalog.Add(operation);
                mapped.WithMetadata(operation).Describe(AdminDescriptions.Of(operation));
            }
        }
    }

    /// <summary>Answers whatever below the base path is no path of it.</summary>
    public static void MapUnknownOperations(this IEndpointRouteBuilder routes) =>
        routes.MapHubEndpoint(AdminOperation.BasePath + "/{**rest}", ["GET", "POST", "PUT", "PATCH", "DELETE"],
                static (_, _) => Task.FromResult<Refusal?>(NoPath), AdminProblems.WriteAsync)
            .Add(static endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
}
