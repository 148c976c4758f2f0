using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// The last step of logins at endpoints whose callers name no client: a session, and an ordinary access token of a built-in client that lives
/// as long. contracts/README.md rule 2.
/// </summary>
internal sealed class BuiltInClientTokens(LoginStart logins, TokenIssuer tokens, ClientRegistry registry, AuditTrail audit, HubMetrics metrics)
{
    // RFC 8176 §2.
    private const string Method = "pwd";

    private static readonly IReadOnlyList<string> Audiences = [BuiltInClients.Audience];

    /// <summary>The token of a user whose password was checked, or was just set.</summary>
    /// <param name="clientId">One of <see cref="BuiltInClients"/>.</param>
    /// <param name="claims">Further claims of a JWT.</param>
    public async Task<Outcome<TokenResponse>> IssueAsync(
        StoredCredential user, string clientId, IReadOnlyList<KeyValuePair<string, object>> claims, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = clientId;
        if (registry.Current.Find(clientId) is not { Enabled: true } client)
            return OAuthError.UnauthorizedClient("The endpoint is switched off.");

        var login = await logins.StartAsync(user, client, client.DefaultScopes, Method, withRefreshToken: false, context, cancellationToken);
        if (!login.Succeeded)
            return login.Error;

        var subject = new TokenUser(user.UserId, login.Value.SessionId, null, user.OrganizationId, context.Now);
        var request = new AccessTokenRequest(client, client.DefaultScopes, EndpointPolicy.Standard, subject) { Audiences = Audiences, Claims = claims };
        var (token, lifetime) = await tokens.IssueAsync(request, context.Now, cancellationToken);

        metrics.Issued(GrantTypes.Password, clientId, context.Endpoint);
        await audit.WriteAsync(context, AuditTypes.TokenIssued, user.UserId, login.Value.SessionId);
        return new TokenResponse(token, lifetime, client.DefaultScopes, UserId: user.UserId, SessionId: login.Value.SessionId);
    }
}
