namespace IdentityHub.Server.Health;

/// <summary>What a load balancer asks.</summary>
internal static class HealthFeature
{
    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);
}
