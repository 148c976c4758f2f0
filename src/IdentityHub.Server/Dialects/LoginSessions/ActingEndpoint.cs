using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// <c>PUT /session/{sessionId}/setEffectiveUser</c>, <c>/setEffectiveOrg</c> (<c>POST</c> too) and <c>DELETE …/assumedIdentity</c>: set the
/// user and the organization that a session acts as. Only its holder may do that.
/// </summary>
internal sealed class ActingEndpoint(SessionTargets targets, Impersonation impersonation)
{
    private const string UserPath = SessionEndpoint.Path + "/setEffectiveUser";
    private const string OrganizationPath = SessionEndpoint.Path + "/setEffectiveOrg";
    private const string ResetPath = SessionEndpoint.Path + "/assumedIdentity";
    private static readonly string[] Methods = ["PUT", "POST"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ActingEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, UserPath, Methods, endpoint.SetUserAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.ActAs("PUT"), LsidDescriptions.ActAs("POST"));
        routes.MapDialectEndpoint(DialectNames.Lsid, OrganizationPath, Methods, endpoint.SetOrganizationAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.ActIn("PUT"), LsidDescriptions.ActIn("POST"));
        routes
            .MapDialectEndpoint(DialectNames.Lsid, ResetPath, ["DELETE"], endpoint.ResetAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.Reset);
    }

    private async Task<Refusal?> SetUserAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindOwnAsync(http, context);
        if (!target.Succeeded)
            return AsNoSuch("user", target.Error);
        var user = await SmallJson.ReadTextAsync(http.Request, "userId", http.RequestAborted);
        if (!user.Succeeded)
            return user.Error;
        if (!Guid.TryParseExact(user.Value, "D", out var userId)
            || await impersonation.StartAsync(target.Value.Session, userId, context, http.RequestAborted) is not { } session)
            return LsidRefusals.NoSuch("user", Reasons.UserUnknown);
        await SessionView.WriteAsync(http, session, target.Value.Id);
        return null;
    }

    private async Task<Refusal?> SetOrganizationAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindOwnAsync(http, context);
        if (!target.Succeeded)
            return AsNoSuch("organization", target.Error);
        var organization = await SmallJson.ReadTextAsync(http.Request, "orgId", http.RequestAborted);
        if (!organization.Succeeded)
            return organization.Error;
        if (await impersonation.SwitchOrganizationAsync(target.Value.Session, organization.Value, context, http.RequestAborted)
            is not { } session)
            return LsidRefusals.NoSuch("organization", Reasons.OrganizationUnknown);
        await SessionView.WriteAsync(http, session, target.Value.Id);
        return null;
    }

    private async Task<Refusal?> ResetAsync(HttpContext http, RequestContext context)
    {
        var target = await targets.FindOwnAsync(http, context);
        if (!target.Succeeded)
            return target.Error;
        if (await impersonation.StopAsync(target.Value.Session, context, http.RequestAborted) is not { } session)
            return LsidRefusals.NoSession(Reasons.SessionEnded);
        await SessionView.WriteAsync(http, session, target.Value.Id);
        return null;
    }

    private static Refusal AsNoSuch(string what, Refusal error) =>
        error.Kind == RefusalKind.NotFound ? LsidRefusals.NoSuch(what, error.Reason) : error;
}
