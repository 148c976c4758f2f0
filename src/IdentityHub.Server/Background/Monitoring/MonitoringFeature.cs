namespace IdentityHub.Server.Background.Monitoring;

/// <summary>What a monitoring system reads of a node.</summary>
internal static class MonitoringFeature
{
    public static void AddMonitoring(this IServiceCollection services)
    {
        services.AddHostedService<StateGauges>();
        services.AddSingleton<DatabaseGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseGauges>());
        services.AddSingleton<MetricsListener>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsListener>());
    }
}
