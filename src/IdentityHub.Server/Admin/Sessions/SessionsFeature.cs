using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Sessions;

/// <summary>Live logins of all users in the administration API.</summary>
internal static class SessionsFeature
{
    public static void AddSessionAdministration(this IServiceCollection services)
    {
        services.AddSingleton<SessionListing>();
        services.AddSingleton<SessionOperations>();
    }

    public static void MapSessionAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<SessionOperations>().All);
}
