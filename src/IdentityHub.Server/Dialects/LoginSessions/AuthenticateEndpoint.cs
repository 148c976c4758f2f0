using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary><c>POST /authenticate/{username}</c>: a login session for a password, or for its hash.</summary>
internal sealed class AuthenticateEndpoint(
    PasswordCheck passwords, LoginPolicy policy, LsidStart sessions, DialectUsage usage, CallLimits limits)
{
    public const string Path = "/authenticate/{username}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AuthenticateEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["POST"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.Login);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var body = await limits.ReadTextsAsync(http, context, EndpointLimits.OrdinaryRule);
        if (!body.Succeeded)
            return body.Error;
        if (SentPasswords.Read(body.Value, "password") is not { } sent)
            return Refusal.InvalidRequest("The body must have 'password' or 'passwordHash', one of the two.", Reasons.PasswordMissing);

        var user = await passwords.CheckAsync(http.Request.RouteValues["username"]?.ToString() ?? "", sent, context, http.RequestAborted);
        if (!user.Succeeded)
            return Tell(user.Error);
        var login = await policy.AdmitAsync(user.Value, context, http.RequestAborted);
        if (!login.Succeeded)
            return Tell(login.Error);
        if (await limits.MoveToUserAsync(http, context, EndpointLimits.OrdinaryRule, login.Value.UserId) is { } full)
            return full;
        var started = await sessions.StartAsync(login.Value, context, http.RequestAborted);
        if (!started.Succeeded)
            return Tell(started.Error);
        usage.Count(DialectNames.Lsid, LsidCallers.Counted, context.Now);
        await SessionView.WriteAsync(http, started.Value, StatusCodes.Status200OK);
        return null;
    }

    // Too many failures are told for any name, with or without a user; an administrator's block only to a caller who knows the password.
    private static Refusal Tell(Refusal error) => error.Reason is Reasons.AttemptsExhausted or Reasons.UserBlocked
        ? error with { Kind = RefusalKind.UserBlocked, Description = "The user is blocked." }
        : error;
}
