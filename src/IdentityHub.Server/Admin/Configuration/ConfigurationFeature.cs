using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Configuration;

/// <summary>The applied configuration as a whole in the administration API.</summary>
internal static class ConfigurationFeature
{
    public static void AddConfigurationAdministration(this IServiceCollection services)
    {
        services.AddSingleton<ConfigExporter>();
        services.AddSingleton<GenerationReader>();
        services.AddSingleton<ConfigurationOperations>();
    }

    public static void MapConfigurationAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<ConfigurationOperations>().All);
}
