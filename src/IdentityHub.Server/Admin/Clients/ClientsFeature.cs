using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Admin.Clients;

/// <summary>Clients in the administration API.</summary>
internal static class ClientsFeature
{
    public static void AddClientAdministration(this IServiceCollection services) => services.AddSingleton<ClientOperations>();

    public static void MapClientAdministration(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapOperations(
            [
                .. services.GetRequiredService<ObjectOperations>().Of(ObjectAreas.Clients),
                services.GetRequiredService<RotationOperations>().Of(ObjectAreas.Clients),
                .. services.GetRequiredService<ClientOperations>().All,
            ]);
    }
}
