using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary><c>GET</c> and <c>DELETE /session/{sessionId}</c>: shows a session, and ends it, or all of its user.</summary>
internal sealed class SessionEndpoint(SessionTargets targets, CallerRights rights, SessionEnd ends)
{
    public const string Path = "/session/{sessionId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<SessionEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["GET", "DELETE"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.Show, LsidDescriptions.End);
    }

    private Task<Refusal?> HandleAsync(HttpContext http, RequestContext context) =>
        HttpMethods.IsDelete(http.Request.Method) ? EndAsync(http, context) : ShowAsync(http, context);

    private async Task<Refusal?> ShowAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindAsync(http, Permissions.SessionRead, context);
        if (!target.Succeeded)
            return target.Error;
        await SessionView.WriteAsync(http, target.Value.Session, target.Value.Id);
        return null;
    }

    private async Task<Refusal?> EndAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindAsync(http, Permissions.SessionTerminate, context, EndpointLimits.Endings);
        if (!target.Succeeded)
            return target.Error;
        var all = await SmallJson.ReadFlagAsync(http.Request, http.RequestAborted);
        if (!all.Succeeded)
            return all.Error;

        var session = target.Value.Session;
        if (all.Value == bool.TrueString)
        {
            // Ending all sessions of another user needs the right over that user, not only over this session.
            if (session.UserId != target.Value.Caller.UserId
                && !await rights.RuleAsync(target.Value.Caller, Permissions.SessionTerminate, session.UserId, http.RequestAborted))
                return LsidRefusals.NoSession(Reasons.SessionForeign);
            await ends.EndAllOfUserAsync(session.UserId, except: null, SessionEndReasons.EndedByLsid, context, http.RequestAborted);
        }
        else if (await ends.EndAsync(session.Id, SessionEndReasons.EndedByLsid, context, http.RequestAborted) is null)
        {
            return LsidRefusals.NoSession(Reasons.SessionEnded);
        }

        OAuthResults.WriteEmpty(http);
        return null;
    }
}
