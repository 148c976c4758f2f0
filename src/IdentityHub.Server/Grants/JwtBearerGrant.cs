using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A JWT that a tenant has signed for one of its users, for ordinary tokens of that user. RFC 7523 §2.1; contracts/open-endpoints.md. A client may
/// exchange the tokens of the one tenant that its configuration names.
/// </summary>
/// <remarks>
/// <c>sub</c> is the id of the user of the hub that the tenant's user is (<see cref="TenantUser"/>), and the token belongs to a session, as after any
/// login: introspection, userinfo, revocation and the session list know it. The token may be of either kind; it must have an <c>exp</c>
/// (RFC 7523 §3), not far ahead, and is accepted once where it has a <c>jti</c>. <c>iss</c> and <c>sub</c> of RFC 7523 are the tenant and
/// <c>user</c> of the contract. The grant makes no users: whoever is to be exchanged was made at the open endpoints.
/// </remarks>
internal sealed class JwtBearerGrant(ClientRegistry registry, CustomerTokenCheck check, TenantUserStore users, LoginStart logins, UserTokens tokens) : IGrant
{
    // Of amr: somebody else has checked who it is, and signed that. RFC 8176 has no word for it.
    private const string Method = "jwt";

    public string GrantType => GrantTypes.JwtBearer;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["assertion"] is not { } assertion)
            return OAuthError.InvalidRequest("Parameter 'assertion' is missing.", "assertion_missing");
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        // Refusals below look the same to the caller; only the log learns which one it was.
        if (client.Tenant is not { } alias || registry.Current.FindTenant(alias) is not { } tenant)
            return OAuthError.InvalidGrant("tenant_unknown", "the client's tenant is not there, or disabled");
        var token = check.Read(tenant, assertion, endsSoon: true, context.Now);
        if (!token.Succeeded)
            return OAuthError.InvalidGrant(token.Error.Reason, token.Error.Detail);
        if (await users.FindCredentialAsync(tenant.Alias, token.Value.AccountId, token.Value.UserId, cancellationToken) is not { } user)
            return OAuthError.InvalidGrant("tenant_user_unknown", "the tenant has no such user");
        if (user.Status.GetDenialReason(context.Now) is { } refusal)
            return OAuthError.InvalidGrant(refusal, "a good token, but the user is not admitted");

        // Last, because it changes state.
        if (await check.UseAsync(token.Value, cancellationToken) is { } replayed)
            return OAuthError.InvalidGrant(replayed.Reason, replayed.Detail);
        var login = await logins.StartAsync(user, client, scopes.Value, Method, client.GetsRefreshToken(scopes.Value), context, cancellationToken);
        if (!login.Succeeded)
            return login.Error;

        var subject = new TokenUser(user.UserId, login.Value.SessionId, login.Value.FamilyId, user.OrganizationId, context.Now);
        return await tokens.IssueAsync(new UserGrant(client, subject, Method, scopes.Value), login.Value.RefreshToken, request, cancellationToken);
    }
}
