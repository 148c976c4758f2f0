using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Dialects.ClientAccounts;
using IdentityHub.Server.Dialects.HashSecret;
using IdentityHub.Server.Dialects.LoginSessions;
using IdentityHub.Server.Dialects.OAuthV2;
using IdentityHub.Server.Dialects.OpenEndpoints;
using IdentityHub.Server.Dialects.Report;

namespace IdentityHub.Server.Dialects;

/// <summary>The older APIs, one line each, and the report of who still uses them.</summary>
internal static class DialectsFeature
{
    // In the order of the documentation.
    private static readonly IDialect[] Dialects =
    [
        new HashSecretDialect(),
        new OAuthV2Dialect(),
        new ClientAccountsDialect(),
        new OpenEndpointsDialect(),
        new LoginSessionsDialect(),
    ];

    public static void AddDialects(this IServiceCollection services)
    {
        foreach (var dialect in Dialects)
        {
            services.AddSingleton(dialect);
            services.AddSingleton(new DialectCallerSource(dialect.Names, dialect.ListCallers));
            dialect.AddServices(services);
        }

        services.AddSingleton<DialectReportEndpoint>();
    }

    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        foreach (var dialect in Dialects)
            dialect.Map(routes);
        DialectReportEndpoint.Map(routes);
    }

    /// <summary>Adds what older APIs read of a request before it is routed.</summary>
    public static void UseDialects(this WebApplication app)
    {
        foreach (var dialect in Dialects)
            dialect.UseBeforeRouting(app);
    }
}
