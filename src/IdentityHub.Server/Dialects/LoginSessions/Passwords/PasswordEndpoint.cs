using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary>
/// <c>PUT /password/{userId}</c>: users change their password, or an administrator sets it for them. contracts/lsid-sessions.md.
/// </summary>
internal sealed class PasswordEndpoint(LsidCallers callers, CallerRights rights, PasswordSetting passwords)
{
    private const string Path = "/password/{userId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PasswordEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["PUT"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(PasswordDescriptions.Change);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.ReadAsync(http, context);
        if (!caller.Succeeded)
            return caller.Error;
        if (caller.Value.Session is not { } session)
            return LsidCallers.Unauthorized(Reasons.LsidMissing, "A login session is needed.");
        if (session.IsAssumed)
            return LsidCallers.Unauthorized(Reasons.IdentityAssumed, "Nothing about passwords changes while another identity is assumed.");

        var body = await SmallJson.ReadTextsAsync(http.Request, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        var wanted = SentPasswords.Read(body.Value, "newPassword");
        var old = SentPasswords.Read(body.Value, "oldPassword");
        var administrators = SentPasswords.Read(body.Value, "adminPassword");
        if (wanted is null || old is null == administrators is null)
            return Refusal.InvalidRequest(
                "The body must have a new password, and either the old one or the administrator's; each as itself or as its hash.",
                Reasons.PasswordMissing);

        var refusal = Guid.TryParseExact(http.Request.RouteValues["userId"]?.ToString(), "D", out var userId)
            ? await SetAsync(session, caller.Value, userId, old, administrators, wanted.Value, context, http.RequestAborted)
            : NoSuch(Reasons.UserUnknown);
        if (refusal is not null)
            return refusal.Kind == RefusalKind.InvalidCredentials ? NoSuch(refusal.Reason) : refusal;
        OAuthResults.WriteEmpty(http);
        return null;
    }

    private async Task<Refusal?> SetAsync(
        StoredLoginSession session, SessionCaller caller, Guid userId, SentPassword? old, SentPassword? administrators, SentPassword wanted,
        RequestContext context, CancellationToken cancellationToken)
    {
        if (old is not null)
            return userId == session.UserId
                ? await passwords.ChangeAsync(session, old.Value, wanted, context, cancellationToken)
                : NoSuch(Reasons.UserForeign);
        return await rights.RuleAsync(caller, Permissions.UserPassword, userId, cancellationToken)
            ? await passwords.ForceAsync(session, administrators!.Value, userId, wanted, context, cancellationToken)
            : NoSuch(Reasons.UserOutOfReach);
    }

    // The contract's words for a wrong password too.
    private static Refusal NoSuch(string reason) =>
        new(RefusalKind.NotFound, "There is no user with this id and password.", reason, $"refused: {reason}");
}
