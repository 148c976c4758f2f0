using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.CustomerTokens;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A JWT that a tenant has signed for one of its users, for ordinary tokens of that user. RFC 7523 §2.1; contracts/open-endpoints.md. A
/// client may exchange the tokens of the one tenant that its configuration names.
/// </summary>
/// <remarks>
/// <c>sub</c> is the id of the user of the hub that the tenant's user is (<see cref="TenantUser"/>), and the token belongs to a session, as
/// after any login: introspection, userinfo, revocation and the session list know it. The token may be of either kind; it must have an
/// <c>exp</c> (RFC 7523 §3), not far ahead, and is accepted once where it has a <c>jti</c>. <c>iss</c> and <c>sub</c> of RFC 7523 are the
/// tenant and <c>user</c> of the contract. The grant makes no users: the user must have been made at the open endpoints.
/// </remarks>
internal sealed class JwtBearerGrant(CustomerLogin customers, LoginTokens logins) : IGrant
{
    public string GrantType => GrantTypes.JwtBearer;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["assertion"] is not { } assertion)
            return Refusal.InvalidRequest("Parameter 'assertion' is missing.", Reasons.AssertionMissing);
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        var user = await customers.CheckAsync(client.Tenant, assertion, context, cancellationToken);
        return user.Succeeded ? await logins.IssueAsync(user.Value, scopes.Value, request, cancellationToken) : user.Error;
    }
}
