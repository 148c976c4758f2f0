using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>Objects of the configuration in the administration API.</summary>
internal static class ObjectsFeature
{
    public static void AddObjectAdministration(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ConfigObjects(
            provider.GetRequiredService<HubDatabase>(), provider.GetRequiredService<KeyProtector>(),
            provider.GetRequiredService<IPasswordHasher<User>>(), provider.GetRequiredService<TimeProvider>(),
            new ConfigContext(
                provider.GetRequiredService<IOptions<HubSettings>>().Value.Stage, static _ => null,
                provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<ObjectAdministration>();
        services.AddSingleton<ObjectOperations>();
        services.AddSingleton<RotationOperations>();
    }

    /// <summary>The kinds that have no operations besides those of all kinds, and secrets that are rotated.</summary>
    public static void MapResourceAdministration(this IEndpointRouteBuilder routes)
    {
        var operations = routes.ServiceProvider.GetRequiredService<ObjectOperations>();
        var rotation = routes.ServiceProvider.GetRequiredService<RotationOperations>();
        foreach (var area in (ObjectArea[])[ObjectAreas.ApiKeys, ObjectAreas.Scopes, ObjectAreas.Claims, ObjectAreas.UserAttributes])
            routes.MapOperations(operations.Of(area));
        foreach (var area in (ObjectArea[])[ObjectAreas.Tenants, ObjectAreas.ApiResources])
            routes.MapOperations([.. operations.Of(area), rotation.Of(area)]);
    }
}
