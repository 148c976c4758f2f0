using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Http;

/// <summary>
/// Lets administrators in: with an access token that carries the scope <c>hub.admin</c>, and whose user has the role <c>admin</c> where it
/// has a user. The scope keeps out every other application that an administrator happens to use.
/// </summary>
internal sealed class AdministratorReader(BearerCaller callers, UserDirectory users)
{
    /// <summary>Null when the caller is an administrator; else the refusal. Sets <see cref="RequestContext.ClientId"/>.</summary>
    public async Task<Refusal?> RefusalAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.ReadAsync(http, form: null, context);
        if (!caller.Succeeded)
            return caller.Error;
        var token = caller.Value.Token;
        if (!token.Scopes.Split(' ').Contains(AdministratorScope.Name, StringComparer.Ordinal))
            return BearerResults.InsufficientScope(AdministratorScope.Name);
        return token.UserId is { } user && !await users.HasRoleAsync(user, BuiltInRoles.Admin, http.RequestAborted)
            ? new Refusal(
                RefusalKind.InsufficientScope, "The user is no administrator.", Reasons.RoleMissing, "the user lacks the role admin")
            : null;
    }
}
