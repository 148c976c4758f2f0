using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>Older APIs in the administration API.</summary>
internal static class DialectsFeature
{
    public static void AddDialectAdministration(this IServiceCollection services)
    {
        services.AddSingleton<StoredCallerStore>();
        services.AddSingleton<DialectReports>();
        services.AddSingleton<DialectOperations>();
    }

    public static void MapDialectAdministration(this IEndpointRouteBuilder routes) => routes.MapOperations(
        [
            .. routes.ServiceProvider.GetRequiredService<ObjectOperations>().Of(ObjectAreas.Dialects),
            .. routes.ServiceProvider.GetRequiredService<DialectOperations>().All,
        ]);
}
