using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Dialects.ClientAccounts.ServiceUser;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// The service user behind a call: a valid API token in the header, of a user who still has the role; counted before anything else happens.
/// </summary>
internal sealed class ServiceCaller(BearerCaller bearers, ServiceUserStore serviceUsers, CallLimits limits, ClientRegistry registry)
{
    /// <summary>Null when the request is admitted; else the refusal.</summary>
    public async ValueTask<Refusal?> AdmitAsync(HttpContext http, RequestContext context)
    {
        var caller = await bearers.ReadAsync(http, form: null, context);
        var token = caller.Succeeded ? caller.Value.Token : null;

        // A token that is no longer valid is no credential: a finder must not use up its owner's requests.
        var credential = token?.UserId is { } userId ? LimitNames.BackEndOfServiceUser(userId) : null;
        if (await limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential) is { } full)
            return full;
        if (token is null)
            return Unauthorized(caller.Error!);

        var service = token.UserId is { } user ? await serviceUsers.FindAsync(user, http.RequestAborted) : null;
        if (service is null || !service.Roles.Contains(BuiltInRoles.Service, StringComparer.Ordinal))
            return ServiceUserLogin.RoleMissing;

        // A token that the same user has got elsewhere, for something else.
        if (token.ClientId != BuiltInClients.ServiceUser)
            return BearerResults.InvalidToken(Reasons.AccessTokenForeign, "issued at another endpoint");
        context.ServiceUser = service.UserName;
        context.BackEnd = credential;
        var isTrusted = registry.Current.Document.Dialects.ClientAccounts is { OnBehalfOfIp: true };
        return EndUserAddress.Accept(context, isTrusted, http.Request.Headers[EndUserAddress.Header]);
    }

    // In this dialect, two tokens are no better than none.
    private static Refusal Unauthorized(Refusal error) =>
        error.Kind == RefusalKind.InvalidToken ? error : BearerResults.InvalidToken(error.Reason, error.Description);
}
