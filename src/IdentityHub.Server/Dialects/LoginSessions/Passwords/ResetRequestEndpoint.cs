using System.Text.RegularExpressions;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary>
/// <c>POST /password/reset/{userId}</c>: asks for a reset mail. Whether there is such a user is not even looked at here, so that the answer
/// and the work are the same in any case. contracts/lsid-sessions.md, ASSURANCE E1, E3.
/// </summary>
internal sealed partial class ResetRequestEndpoint(PasswordResetRequests requests, CallLimits limits, ClientRegistry registry)
{
    private const string Path = "/password/reset/{userId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ResetRequestEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.Lsid, Path, ["POST"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(PasswordDescriptions.RequestReset);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var body = await limits.ReadTextsAsync(http, context, EndpointLimits.ResetMails);
        if (!body.Succeeded)
            return body.Error;
        if (body.Value["email"] is not { } email || !EmailAddress.IsValid(email))
            return Refusal.InvalidRequest("'email' must be an e-mail address.", Reasons.EmailMalformed);
        if (body.Value["template"] is { } template && !TemplateName().IsMatch(template))
            return Refusal.InvalidRequest("'template' must be 1 to 64 letters, digits, dashes and underscores.", Reasons.TemplateMalformed);

        var allowed = registry.Current.Document.Dialects.Lsid?.ResetPageUrls ?? [];
        var page = body.Value["resetPageUrl"] ?? (allowed.Count > 0 ? allowed[0] : null);
        if (page is null || !ResetPages.IsAllowed(page, allowed))
            return Refusal.InvalidRequest(
                "'resetPageUrl' must begin with one of the addresses that the installation allows.", Reasons.ResetPageOffTheList);

        // A request for an unknown user is handled the same way. It is counted under the parsed id, because an id can be written in several
        // ways. ASSURANCE B7.
        var userId = http.Request.RouteValues["userId"]?.ToString() ?? "";
        var named = Guid.TryParseExact(userId, "D", out var id) ? id : Guid.Empty;
        var counted = named == Guid.Empty ? userId.ToUpperInvariant() : LimitNames.SubjectOf(named);
        if (await limits.CountAsync(http, context, EndpointLimits.ResetMailsOfUser, counted, LimitNames.ResetMail) is { } tooMany)
            return tooMany;

        var request = new PasswordResetRequest(named, email, body.Value["phone"], body.Value["mobile"], page)
        {
            Template = body.Value["template"],
        };
        await requests.AddAsync(request, context, http.RequestAborted);
        OAuthResults.WriteEmpty(http);
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex TemplateName();
}
