using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary><c>DELETE /session/user/{userId}</c>: logs a user out everywhere.</summary>
internal sealed class UserSessionsEndpoint(LsidCallers callers, CallerRights rights, SessionEnd ends)
{
    private const string Path = "/session/user/{userId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<UserSessionsEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["DELETE"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.EndAll);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.ReadAsync(http, context, EndpointLimits.Endings);
        if (!caller.Succeeded)
            return caller.Error;

        var isUser = Guid.TryParseExact(http.Request.RouteValues["userId"]?.ToString(), "D", out var userId);
        if (!isUser || userId != caller.Value.UserId)
        {
            // A caller who may not log out other users learns nothing about them.
            if (!await rights.HasAnywhereAsync(caller.Value, Permissions.SessionTerminate, http.RequestAborted))
                return LsidRefusals.Forbidden("You may not log out others.", Reasons.PermissionMissing);
            if (!isUser || !await rights.RuleAsync(caller.Value, Permissions.SessionTerminate, userId, http.RequestAborted))
                return LsidRefusals.NoUser(Reasons.UserOutOfReach);
        }

        await ends.EndAllOfUserAsync(userId, except: null, SessionEndReasons.EndedByLsid, context, http.RequestAborted);
        OAuthResults.WriteEmpty(http);
        return null;
    }
}
