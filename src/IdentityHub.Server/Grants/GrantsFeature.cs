namespace IdentityHub.Server.Grants;

/// <summary>Every way of getting tokens: one line each.</summary>
internal static class GrantsFeature
{
    public static void AddGrants(this IServiceCollection services)
    {
        services.AddSingleton<IGrant, ClientCredentialsGrant>();
        services.AddSingleton<IGrant, PasswordGrant>();
        services.AddSingleton<IGrant, RefreshTokenGrant>();
        services.AddSingleton<TokenExchange>();
    }
}
