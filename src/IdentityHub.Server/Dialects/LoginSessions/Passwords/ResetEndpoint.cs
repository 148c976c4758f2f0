using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary><c>PUT /password/reset</c>: the token of a reset mail sets the password. contracts/lsid-sessions.md.</summary>
internal sealed class ResetEndpoint(PasswordResetting resetting, CallLimits limits)
{
    private const string Path = "/password/reset";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ResetEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["PUT"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(PasswordDescriptions.Reset);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var body = await limits.ReadTextsAsync(http, context, EndpointLimits.Resets);
        if (!body.Succeeded)
            return body.Error;
        if (body.Value["token"] is not { } token)
            return Refusal.InvalidRequest("'token' is missing.", Reasons.ResetTokenMissing);
        if (body.Value["username"] is not { } userName)
            return Refusal.InvalidRequest("'username' is missing.", Reasons.UsernameMissing);
        if (SentPasswords.Read(body.Value, "newPassword") is not { } wanted)
            return Refusal.InvalidRequest(
                "The body must have 'newPassword' or 'newPasswordHash', one of the two.", Reasons.PasswordMissing);

        if (await resetting.ResetAsync(token, userName, wanted, context, http.RequestAborted) is { } refusal)
            return refusal;
        OAuthResults.WriteEmpty(http);
        return null;
    }
}
