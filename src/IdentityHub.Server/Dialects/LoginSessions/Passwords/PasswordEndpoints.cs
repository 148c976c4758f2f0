using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary>The endpoints of <c>/password</c>, and what lies beside them.</summary>
internal static class PasswordEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ResetRequestEndpoint.Map(routes);
        ResetEndpoint.Map(routes);
        PasswordEndpoint.Map(routes);
        routes.MapDialectNotFound(DialectNames.Lsid, "/password", CodedErrors.WriteAsync);
    }
}
