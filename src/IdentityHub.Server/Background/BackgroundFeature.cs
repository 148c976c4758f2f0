using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Background.Monitoring;
using IdentityHub.Server.Background.Service;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.CleanUp;

namespace IdentityHub.Server.Background;

/// <summary>The background services; start-up comes first.</summary>
internal static class BackgroundFeature
{
    public static void AddBackground(this IServiceCollection services)
    {
        services.AddSingleton<ConfigApplier>();
        services.AddSingleton<ConfigObjectReader>();
        services.AddSingleton<InstallationGuard>();
        services.AddSingleton<DemoGuard>();
        services.AddSingleton<ConfigFolder>();
        services.AddSingleton<RegistryLoader>();
        services.AddSingleton<ExpiredRows>();
        services.AddSingleton<ClockCheck>();
        services.AddSingleton<ConfigDrift>();
        services.AddHostedService<StartUp>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
        services.AddHostedService(provider => provider.GetRequiredService<SeenSessions>());
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyUses>());
        services.AddHostedService(provider => provider.GetRequiredService<ClientSecretUses>());
        services.AddHostedService(provider => provider.GetRequiredService<DialectUsage>());
        services.AddHostedService<ConfigRefresh>();
        services.AddHostedService<KeyRotation>();
        services.AddHostedService<CleanUp>();
        services.AddHostedService<OutboxDelivery>();
        services.AddHostedService<ClockJumps>();
        services.AddHostedService(provider => provider.GetRequiredService<ClockCheck>());
        services.AddHostedService(provider => provider.GetRequiredService<ConfigDrift>());
        services.AddMonitoring();
        services.AddService();
    }
}
