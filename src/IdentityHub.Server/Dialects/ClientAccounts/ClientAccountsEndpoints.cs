using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>The endpoints of <c>/v1/client/*</c>, and what lies beside them.</summary>
internal static class ClientAccountsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var callers = ActivatorUtilities.CreateInstance<ServiceCaller>(routes.ServiceProvider);
        SignUpEndpoint.Map(routes, callers);
        AccountLoginEndpoint.Map(routes, callers);
        AccountEndpoint.Map(routes, callers);
        routes.MapDialectNotFound(DialectNames.ClientAccounts, "/v1", ListedErrors.WriteAsync);
    }
}
