using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Authentication.CustomerTokens;

/// <summary>
/// A tenant has checked who one of its users is, and has signed that in a JWT. RFC 7523 §2.1; contracts/open-endpoints.md. Refusals look
/// the same to the caller; only the log learns which one it was. The login is as old as the token says: presenting a token again is no new
/// login.
/// </summary>
internal sealed class CustomerLogin(ClientRegistry registry, CustomerTokenCheck check, TenantUserStore users)
{
    // Of amr: RFC 8176 has no word for it.
    private const string Method = "jwt";

    /// <summary>Returns the user that the token names. A token with a <c>jti</c> is used up.</summary>
    /// <param name="tenantAlias">The tenant whose tokens the client may exchange; null when there is none.</param>
    public async Task<Outcome<AuthenticatedUser>> CheckAsync(
        string? tenantAlias, string assertion, RequestContext context, CancellationToken cancellationToken)
    {
        if (tenantAlias is null || registry.Current.FindTenant(tenantAlias) is not { } tenant)
            return Refusal.InvalidGrant(Reasons.TenantUnknown, "the client's tenant is not there, or disabled");
        var token = check.Read(tenant, assertion, isLogin: true, context.Now);
        if (!token.Succeeded)
            return Refusal.InvalidGrant(token.Error.Reason, token.Error.Detail);
        if (await users.FindCredentialAsync(tenant.Alias, token.Value.AccountId, token.Value.UserId, cancellationToken) is not { } user)
            return Refusal.InvalidGrant(Reasons.TenantUserUnknown, "the tenant has no such user");
        if (user.Status.GetDenialReason(context.Now) is { } refusal)
            return Refusal.InvalidGrant(refusal, "a good token, but the user is not admitted");

        // Last, because it changes state.
        if (await check.UseAsync(token.Value, cancellationToken) is { } replayed)
            return Refusal.InvalidGrant(replayed.Reason, replayed.Detail);
        var at = token.Value.AuthenticatedAt is { } signed && signed < context.Now ? signed : context.Now;
        return AuthenticatedUser.ByFactor(user, Method, at);
    }
}
