using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Admin.Organizations;

/// <summary>Organizations and roles in the administration API.</summary>
internal static class OrganizationsFeature
{
    public static void AddOrganizationAdministration(this IServiceCollection services)
    {
        services.AddSingleton<OrganizationAdministration>();
        services.AddSingleton<OrganizationOperations>();
    }

    public static void MapOrganizationAdministration(this IEndpointRouteBuilder routes)
    {
        var objects = routes.ServiceProvider.GetRequiredService<ObjectOperations>();
        routes.MapOperations(
            [
                .. routes.ServiceProvider.GetRequiredService<OrganizationOperations>().All,
                .. objects.Of(ObjectAreas.Organizations), .. objects.Of(ObjectAreas.Roles),
            ]);
    }
}
