using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary><c>POST /session/{sessionId}/clone</c>: a second session of the same user, for its holder only.</summary>
internal sealed class CloneEndpoint(SessionTargets targets, SessionClone clones, CallLimits limits)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<CloneEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, SessionEndpoint.Path + "/clone", ["POST"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.Clone);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindOwnAsync(http, context);
        if (!target.Succeeded)
            return target.Error;
        if (await limits.CountAsync(http, context, EndpointLimits.Clones, LimitNames.SubjectOf(target.Value.Session.UserId)) is { } full)
            return full;
        if (await clones.CloneAsync(target.Value.Session, context, http.RequestAborted) is not { } clone)
            return LsidRefusals.NoSession(Reasons.SessionEnded);
        await SessionView.WriteAsync(http, clone, StatusCodes.Status201Created);
        return null;
    }
}
