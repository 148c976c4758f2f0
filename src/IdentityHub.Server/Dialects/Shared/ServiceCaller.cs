using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.Shared;

/// <summary>The service user behind a call: an API token in the header, alive, of a user who still has the role; counted before anything else happens.</summary>
internal sealed class ServiceCaller(AccessTokenReader tokens, ServiceUserStore serviceUsers, ClientRegistry registry, CallLimits limits)
{
    /// <summary>Calls of one credential at each endpoint of <c>/v1/*</c>.</summary>
    public static readonly CallRule Rule = new(300, TimeSpan.FromMinutes(1));

    /// <summary>Null when the call may go on; else the refusal.</summary>
    public async ValueTask<OAuthError?> AdmitAsync(HttpContext http, Call call)
    {
        var presented = BearerReader.Read(http.Request, form: null);
        var token = presented is { Succeeded: true, Value: var value } ? (await tokens.ReadAsync(value, http.RequestAborted))?.Stored : null;
        call.ClientId = token?.ClientId;

        // A dead token is nobody's credential: whoever found it must not use up its owner's calls.
        var refusal = presented is null ? BearerResults.TokenMissing : token is null ? Invalid("access_token_unknown") : Refusal(token, call);
        var credential = refusal is null && token!.UserId is { } userId ? $"user:{userId}" : null;
        if (await limits.CountAsync(http, call, Rule, credential) is { } full)
            return full;
        if (refusal is not null)
            return refusal;

        var service = token!.UserId is { } user ? await serviceUsers.FindAsync(user, http.RequestAborted) : null;
        if (service is null || !service.Roles.Contains(BuiltInRoles.Service, StringComparer.Ordinal))
            return ServiceUserLogin.RoleMissing;

        // A token that the same user has got elsewhere, for something else.
        if (token.ClientId != BuiltInClients.ServiceUser)
            return Invalid("access_token_foreign");
        call.ServiceUser = service.UserName;
        return null;
    }

    private OAuthError? Refusal(StoredAccessToken token, Call call) =>
        registry.Current.Find(token.ClientId) is not { Enabled: true } ? Invalid("client_disabled")
        : token.Refusal(call.Now) is { } reason ? Invalid(reason)
        : null;

    private static OAuthError Invalid(string reason) => BearerResults.InvalidToken(reason, $"refused: {reason}");
}
