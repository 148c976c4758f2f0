using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Organizations;

/// <summary>Organizations and roles in the administration API.</summary>
internal static class OrganizationsFeature
{
    public static void AddOrganizationAdministration(this IServiceCollection services)
    {
        services.AddSingleton<OrganizationAdministration>();
        services.AddSingleton<OrganizationOperations>();
    }

    public static void MapOrganizationAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<OrganizationOperations>().All);
}
