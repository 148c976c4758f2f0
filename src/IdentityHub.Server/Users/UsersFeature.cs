namespace IdentityHub.Server.Users;

/// <summary>What is known of users: profiles and claims.</summary>
internal static class UsersFeature
{
    public static void AddUsers(this IServiceCollection services)
    {
        services.AddSingleton<UserClaims>();
    }
}
