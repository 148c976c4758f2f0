using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Http;

/// <summary>
/// Lets administrators in: with an access token that carries the scope <c>hub.admin</c>, and whose user has the role <c>admin</c> where it has a
/// user. The scope keeps out every other application that an administrator happens to use.
/// </summary>
internal sealed class AdministratorReader(AccessTokenReader tokens, ClientRegistry registry, UserDirectory users)
{
    /// <summary>Null when the caller is an administrator; else the refusal. Sets <see cref="Call.ClientId"/>.</summary>
    public async Task<OAuthError?> RefusalAsync(HttpContext http, Call call)
    {
        var presented = BearerReader.Read(http.Request, form: null);
        if (presented is { Succeeded: false, Error: var malformed })
            return malformed;
        if (presented?.Value is not { } token)
            return BearerResults.TokenMissing;
        if (await tokens.ReadAsync(token, http.RequestAborted) is not { Stored: var stored })
            return BearerResults.InvalidToken("access_token_unknown", "not an access token of this server");

        call.ClientId = stored.ClientId;
        if (registry.Current.Find(stored.ClientId) is not { Enabled: true })
            return BearerResults.InvalidToken("client_disabled", "refused: client_disabled");
        if (stored.Refusal(call.Now) is { } reason)
            return BearerResults.InvalidToken(reason, $"refused: {reason}");
        if (!stored.Scopes.Split(' ').Contains(AdministratorScope.Name, StringComparer.Ordinal))
            return BearerResults.InsufficientScope(AdministratorScope.Name);
        return stored.UserId is { } user && !await users.HasRoleAsync(user, BuiltInRoles.Admin, http.RequestAborted)
            ? new OAuthError("insufficient_scope", "The user is no administrator.", "role_missing", "the user lacks the role admin", StatusCodes.Status403Forbidden)
            : null;
    }
}
