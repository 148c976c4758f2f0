using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Users;

/// <summary>Users in the administration API.</summary>
internal static class UsersFeature
{
    public static void AddUserAdministration(this IServiceCollection services)
    {
        services.AddSingleton<UserAccess>();
        services.AddSingleton<UserWrites>();
        services.AddSingleton<UserListing>();
        services.AddSingleton<UserMaking>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<UserChanging>();
        services.AddSingleton<UserErasing>();
        services.AddSingleton<UserBlocking>();
        services.AddSingleton<UserRoles>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<UserConsents>();
        services.AddSingleton<UserFactors>();
        services.AddSingleton<UserOperations>();
        services.AddSingleton<UserRoleOperations>();
        services.AddSingleton<UserAccessOperations>();
    }

    public static void MapUserAdministration(this IEndpointRouteBuilder routes)
    {
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<UserOperations>().All);
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<UserRoleOperations>().All);
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<UserAccessOperations>().All);
    }
}
