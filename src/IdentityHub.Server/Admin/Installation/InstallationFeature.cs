using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>The audit trail, the outbox and the signing keys in the administration API.</summary>
internal static class InstallationFeature
{
    public static void AddInstallationAdministration(this IServiceCollection services)
    {
        services.AddSingleton<AuditAccess>();
        services.AddSingleton<AuditOperations>();
        services.AddSingleton<ExplanationOperations>();
        services.AddSingleton<InstallationFigures>();
        services.AddSingleton<FigureOperations>();
        services.AddSingleton<OutboxOperations>();
        services.AddSingleton<KeyOperations>();
    }

    public static void MapInstallationAdministration(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapOperations(services.GetRequiredService<AuditOperations>().All);
        routes.MapOperations(
            [services.GetRequiredService<ExplanationOperations>().Explain, services.GetRequiredService<FigureOperations>().Show]);
        routes.MapOperations(services.GetRequiredService<OutboxOperations>().All);
        routes.MapOperations(services.GetRequiredService<KeyOperations>().All);
    }
}
