using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// Lets callers of the administration API in: by an access token with a scope of the area, of a user who holds the permission somewhere
/// where it has a user. Whether the permission reaches the object, the operation decides.
/// </summary>
internal sealed class AdminCallers(BearerCaller tokens, RightsStore rights, CallLimits limits)
{
    /// <summary>Calls of one credential at one endpoint.</summary>
    public static readonly CallRule Rule = EndpointLimits.AdministrationRule;

    /// <summary>The caller; or the refusal, which tells of no object.</summary>
    public async Task<Outcome<AdminCaller>> ReadAsync(HttpContext http, AdminOperation operation, RequestContext context)
    {
        var presented = await tokens.ReadAsync(http, form: null, context);
        if (!presented.Succeeded)
            return presented.Error;
        var token = presented.Value.Token;
        context.ClientAuthenticated = true;
        context.UserId = token.UserId;
        if (!token.Scopes.Split(' ').Any(scope => operation.Scopes.Contains(scope, StringComparer.Ordinal)))
            return BearerResults.InsufficientScope(operation.Scopes[^1]);
        if (operation.IsWrite && (token.ActingUserId is not null || token.Actor is not null))
            return Assumed;

        var credential = token.UserId is { } id ? $"{token.ClientId} {id}" : token.ClientId;
        if (await limits.CountAsync(http, context, Rule, credential, operation.CountedAs) is { } full)
            return full;
        var scopes = token.Scopes.Split(' ');
        if (token.UserId is not { } user)
            return new AdminCaller(token.ClientId, null, Within(scopes, operation, HeldRights.OfInstallation)) { Scopes = scopes };
        if (await rights.FindAsync(user, http.RequestAborted) is not { } stored)
            return BearerResults.InvalidToken(Reasons.UserUnknown, "the user is gone");
        var held = HeldRights.Of(stored);
        return RefusalOf(operation, held) is { } missing
            ? missing
            : new AdminCaller(token.ClientId, user, Within(scopes, operation, held)) { Scopes = scopes };
    }

    /// <summary>The refusal of an operation whose permission a user holds nowhere; null where they hold it.</summary>
    public static Refusal? RefusalOf(AdminOperation operation, HeldRights held) => operation.Permission switch
    {
        null when !held.IsAdministrator => Missing($"the role {BuiltInRoles.Admin}", Reasons.RoleMissing),
        { } permission when !held.HasAnywhere(permission) => Missing($"the permission {permission}", Reasons.PermissionMissing),
        _ => null,
    };

    // A scope of one area is no way to the whole installation: through users, to those who administer it.
    private static HeldRights Within(string[] scopes, AdminOperation operation, HeldRights rights) =>
        scopes.Contains(AdministratorScope.Name, StringComparer.Ordinal)
        || scopes.Contains(AdministrationScopes.Write, StringComparer.Ordinal)
        || (!operation.IsWrite && scopes.Contains(AdministrationScopes.Read, StringComparer.Ordinal))
            ? rights
            : rights.WithoutInstallationRoles();

    // The trail would name another than who did it.
    private static Refusal Assumed { get; } = new(
        RefusalKind.Forbidden, "Nothing is administered while another identity is assumed.", Reasons.IdentityAssumed,
        "somebody acts as the user of the token");

    private static Refusal Missing(string what, string reason) =>
        new(RefusalKind.Forbidden, $"The user lacks {what}.", reason, $"the user lacks {what}");
}
