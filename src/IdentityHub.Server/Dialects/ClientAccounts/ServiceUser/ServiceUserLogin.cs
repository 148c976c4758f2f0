using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Dialects.ClientAccounts.ServiceUser;

/// <summary>A service user gets its API token for a user name and a password. contracts/service-user-and-client-accounts.md.</summary>
internal sealed class ServiceUserLogin(
    PasswordCheck passwords, ServiceUserStore serviceUsers, BuiltInClientTokens tokens, IOptions<HubSettings> settings)
{
    /// <summary>The token; its claim <c>r</c> holds the user's roles, <c>reg</c> the user's region, or that of the installation.</summary>
    /// <param name="count">Counts the login for the service user, who is proven, before the token is made.</param>
    public async Task<Outcome<TokenResponse>> HandleAsync(
        string userName, string password, RequestContext context, Func<Guid, ValueTask<Refusal?>> count,
        CancellationToken cancellationToken)
    {
        context.ClientId = BuiltInClients.ServiceUser;
        context.GrantType = GrantTypes.Password;
        var user = await passwords.CheckAsync(userName, password, context, cancellationToken, isProgram: true);
        if (!user.Succeeded)
            return user.Error;

        // Only a caller who knows the password learns that the user is no service user.
        var service = await serviceUsers.FindAsync(user.Value.UserId, cancellationToken);
        if (!service.Roles.Contains(BuiltInRoles.Service, StringComparer.Ordinal))
            return RoleMissing;

        context.ServiceUser = service.UserName;
        if (await count(user.Value.UserId) is { } full)
            return full;
        KeyValuePair<string, object>[] claims = [new("r", service.Roles), new("reg", service.HomeRegion ?? settings.Value.Region)];
        return await tokens.IssueAsync(user.Value, BuiltInClients.ServiceUser, claims, context, cancellationToken);
    }

    /// <summary>The user is no service user.</summary>
    public static Refusal RoleMissing { get; } = new(
        RefusalKind.Forbidden, "User does not have the correct role.",
        Reasons.RoleMissing, $"the user does not have the role '{BuiltInRoles.Service}'");
}
