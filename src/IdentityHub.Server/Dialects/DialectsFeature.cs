using IdentityHub.Server.Dialects.ClientAccounts;
using IdentityHub.Server.Dialects.ClientAccounts.ServiceUser;
using IdentityHub.Server.Dialects.HashSecret;
using IdentityHub.Server.Dialects.LoginSessions;
using IdentityHub.Server.Dialects.LoginSessions.Passwords;
using IdentityHub.Server.Dialects.OAuthV2;
using IdentityHub.Server.Dialects.OpenEndpoints;
using IdentityHub.Server.Dialects.Report;

namespace IdentityHub.Server.Dialects;

/// <summary>The older APIs: one line each, and the report of who still uses them.</summary>
internal static class DialectsFeature
{
    public static void AddDialects(this IServiceCollection services)
    {
        services.AddSingleton<LsidRules>();
        services.AddSingleton<LsidStart>();
        services.AddSingleton<SessionClone>();
        services.AddSingleton<ActAs>();
        services.AddSingleton<ActAsOneself>();
        services.AddSingleton<ActIn>();
        services.AddSingleton<BuiltInClientTokens>();
        services.AddSingleton<ServiceUserLogin>();
        services.AddSingleton<AccountSignUp>();
        services.AddSingleton<AccountLogin>();
        services.AddSingleton<AccountChange>();
        services.AddSingleton<TenantUserWrite>();
        services.AddSingleton<ReferralApplication>();
    }

    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        HashSecretTokenEndpoint.Map(routes);
        OAuthV2TokenEndpoint.Map(routes);
        OtpSendEndpoint.Map(routes);
        ServiceUserLoginEndpoint.Map(routes);
        ClientAccountsEndpoints.Map(routes);
        OpenEndpointsEndpoints.Map(routes);
        LsidEndpoints.Map(routes);
        PasswordEndpoints.Map(routes);
        DialectReportEndpoint.Map(routes);
    }

    /// <summary>What older APIs read of a URL before it is routed.</summary>
    public static void UseDialects(this WebApplication app) => app.UseUrlSecrets();
}
