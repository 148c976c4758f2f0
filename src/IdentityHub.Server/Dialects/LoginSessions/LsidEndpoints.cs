using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>The endpoints of <c>/authenticate</c> and <c>/session</c>, and what lies beside them.</summary>
internal static class LsidEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var callers = ActivatorUtilities.CreateInstance<LsidCallers>(routes.ServiceProvider);
        var targets = ActivatorUtilities.CreateInstance<SessionTargets>(routes.ServiceProvider, callers);
        AuthenticateEndpoint.Map(routes);
        BlockEndpoint.Map(routes, callers);
        SessionEndpoint.Map(routes, targets);
        ActingEndpoint.Map(routes, targets);
        CloneEndpoint.Map(routes, targets);
        UserSessionsEndpoint.Map(routes, callers);
        routes.MapDialectNotFound(DialectNames.Lsid, "/authenticate", CodedErrors.WriteAsync);
        routes.MapDialectNotFound(DialectNames.Lsid, "/session", CodedErrors.WriteAsync);
    }
}
