namespace IdentityHub.Server.Tokens;

/// <summary>Keys and tokens: made, read, introspected, revoked.</summary>
internal static class TokensFeature
{
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<IdTokenIssuer>();
        services.AddSingleton<IdTokenReader>();
        services.AddSingleton<LogoutTokenIssuer>();
        services.AddSingleton<AccessTokenValidation>();
        services.AddSingleton<AccessTokenReader>();
        services.AddSingleton<RefreshTokenSecret>();
        services.AddSingleton<TokenIntrospection>();
        services.AddSingleton<TokenRevocation>();
    }
}
