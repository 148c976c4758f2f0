using IdentityHub.Protocol;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Grants.Device;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Server.Grants;

/// <summary>Every way of getting tokens: one line each.</summary>
internal static class GrantsFeature
{
    public static void AddGrants(this IServiceCollection services)
    {
        services.AddSingleton<IGrant, ClientCredentialsGrant>();
        services.AddSingleton<IGrant, PasswordGrant>();
        services.AddSingleton<IGrant, OtpGrant>();
        services.AddSingleton<IGrant, RefreshTokenGrant>();
        services.AddSingleton<IGrant, AuthorizationCodeGrant>();
        services.AddSingleton<IGrant, DeviceCodeGrant>();
        services.AddSingleton<IGrant, TokenExchangeGrant>();
        services.AddSingleton<IGrant, JwtBearerGrant>();
        services.AddSingleton<IGrant, HashSecretGrant>();
        services.AddSingleton<UserTokens>();
        services.AddSingleton<LoginTokens>();
        services.AddSingleton<RequestObjects>();
        services.AddSingleton<PushedRequests>();
        services.AddSingleton<AuthorizationRequestReader>();
        services.AddSingleton<AuthorizationDecision>();
        services.AddSingleton<UserConsents>();
        services.AddSingleton<CodeIssue>();
        services.AddSingleton(provider => new UserCodes(provider.GetRequiredService<KeyProtector>(), UserCode.Create));
        services.AddSingleton<DeviceStart>();
        services.AddSingleton<DeviceApproval>();
        services.AddSingleton<TokenRequestHandler>();
    }
}
