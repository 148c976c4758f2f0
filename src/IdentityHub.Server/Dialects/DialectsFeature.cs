using IdentityHub.Server.Dialects.ClientAccounts;
using IdentityHub.Server.Dialects.HashSecret;
using IdentityHub.Server.Dialects.Lsid;
using IdentityHub.Server.Dialects.OAuthV2;
using IdentityHub.Server.Dialects.OpenEndpoints;
using IdentityHub.Server.Dialects.OtpSend;
using IdentityHub.Server.Dialects.Passwords;
using IdentityHub.Server.Dialects.Report;
using IdentityHub.Server.Dialects.ServiceUser;
using IdentityHub.Server.Dialects.Shared;

namespace IdentityHub.Server.Dialects;

/// <summary>The older APIs: one line each, and the report of who still uses them.</summary>
internal static class DialectsFeature
{
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
