using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>The routes of <c>/api/v1/{tenant_alias}/open/*</c>.</summary>
internal static class OpenEndpointRoutes
{
    private const string Root = "/api/v1/{" + TenantCaller.Alias + "}/open";

    /// <summary>Where the open endpoints are mapped: a tenant that does not exist has none of them.</summary>
    public static RouteGroupBuilder MapTenants(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").WhereTenantExists(routes.ServiceProvider.GetRequiredService<ClientRegistry>());

    /// <summary>Answers for a path below them that does not exist.</summary>
    public static void MapOpenNotFound(this IEndpointRouteBuilder tenants) =>
        tenants.MapDialectNotFound(DialectNames.OpenEndpoints, Root, OpenErrors.WriteAsync);

    /// <summary>Maps an open endpoint.</summary>
    /// <param name="path">What follows <c>/open/</c>.</param>
    public static IEndpointConventionBuilder MapOpenEndpoint(
        this IEndpointRouteBuilder tenants, string path, IReadOnlyList<string> methods, EndpointHandler handle) =>
        tenants.MapDialectEndpoint(DialectNames.OpenEndpoints, $"{Root}/{path}", methods, handle, OpenErrors.WriteAsync);

    // Without the tenant the path does not exist.
    private static RouteGroupBuilder WhereTenantExists(this RouteGroupBuilder routes, ClientRegistry registry)
    {
        ((IEndpointConventionBuilder)routes).Add(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                if (registry.Current.FindTenant(http.Request.RouteValues[TenantCaller.Alias]?.ToString() ?? "") is not null)
                    return answer(http);
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });
        return routes;
    }
}
