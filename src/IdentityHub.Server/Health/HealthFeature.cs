namespace IdentityHub.Server.Health;

/// <summary>What a load balancer asks, and how a node leaves it.</summary>
internal static class HealthFeature
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
    }

    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);
}
