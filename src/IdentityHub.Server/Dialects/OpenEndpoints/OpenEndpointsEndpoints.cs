using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>The endpoints of <c>/api/v1/{tenant_alias}/open/*</c>, and what lies beside them. contracts/open-endpoints.md.</summary>
internal static class OpenEndpointsEndpoints
{
    private const string Root = "/api/v1/{" + TenantCaller.Alias + "}/open";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var callers = ActivatorUtilities.CreateInstance<TenantCaller>(routes.ServiceProvider);
        var tenants = routes.MapGroup("").WhereTenantIs(routes.ServiceProvider.GetRequiredService<ClientRegistry>());
        TenantUserEndpoint.Map(tenants, callers);
        PublicEndpoints.Map(tenants, callers);
        ReferralApplicationEndpoint.Map(tenants, callers);
        ReferralListEndpoint.Map(tenants, callers);
        tenants.MapDialectNotFound(DialectNames.OpenEndpoints, Root, OpenErrors.WriteAsync);
    }

    /// <summary>Maps an open endpoint.</summary>
    /// <param name="path">Behind <c>/open/</c>.</param>
    public static IEndpointConventionBuilder MapOpenEndpoint(this IEndpointRouteBuilder tenants, string path, IReadOnlyList<string> methods, EndpointHandler handle) =>
        tenants.MapDialectEndpoint(DialectNames.OpenEndpoints, $"{Root}/{path}", methods, handle, OpenErrors.WriteAsync);

    // Whatever is asked of a tenant that is not there: nothing is, as at any other path.
    private static RouteGroupBuilder WhereTenantIs(this RouteGroupBuilder routes, ClientRegistry registry)
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
