using IdentityHub.Server.Grants.AuthorizationCode;

namespace IdentityHub.Server.Grants;

/// <summary>Every way of getting tokens: one line each.</summary>
internal static class GrantsFeature
{
    public static void AddGrants(this IServiceCollection services)
    {
        services.AddSingleton<IGrant, ClientCredentialsGrant>();
        services.AddSingleton<IGrant, PasswordGrant>();
        services.AddSingleton<IGrant, RefreshTokenGrant>();
        services.AddSingleton<IGrant, AuthorizationCodeGrant>();
        services.AddSingleton<IGrant, HashSecretGrant>();
        services.AddSingleton<UserTokens>();
        services.AddSingleton<RequestObjects>();
        services.AddSingleton<PushedRequests>();
        services.AddSingleton<AuthorizationRequestReader>();
        services.AddSingleton<AuthorizationDecision>();
        services.AddSingleton<CodeIssue>();
        services.AddSingleton<TokenExchange>();
    }
}
