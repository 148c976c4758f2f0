using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// The last step of logins at endpoints whose callers name no client: a session, and an ordinary access token of a built-in client that
/// lives as long. contracts/README.md rule 2.
/// </summary>
internal sealed class BuiltInClientTokens(
    LoginPolicy policy, LoginStart logins, TokenIssuer tokens, ClientRegistry registry, AuditTrail audit, HubMetrics metrics)
{
    private static readonly IReadOnlyList<string> Audiences = [BuiltInClients.Audience];

    /// <summary>
    /// Why a user who is about to be created would get no token; null when they would. An account that cannot be signed in is not stored.
    /// </summary>
    /// <param name="clientId">One of <see cref="BuiltInClients"/>.</param>
    public async Task<Refusal?> RefusalOfAsync(
        AuthenticatedUser user, string clientId, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = clientId;
        return await policy.AdmitAsync(user, context, cancellationToken) is { Succeeded: false, Error: var error } ? error : null;
    }

    /// <summary>Issues the token of a user that a factor has authenticated.</summary>
    /// <param name="clientId">One of <see cref="BuiltInClients"/>.</param>
    /// <param name="claims">Further claims of a JWT.</param>
    public async Task<Outcome<TokenResponse>> IssueAsync(
        AuthenticatedUser user, string clientId, IReadOnlyList<KeyValuePair<string, object>> claims, RequestContext context,
        CancellationToken cancellationToken)
    {
        context.ClientId = clientId;
        if (registry.Current.Find(clientId) is not { Enabled: true } client)
            return Refusal.UnauthorizedClient("The endpoint is switched off.");

        var login = await policy.AdmitAsync(user, context, cancellationToken);
        if (!login.Succeeded)
            return login.Error;
        var started = await logins.StartAsync(
            login.Value, client, client.DefaultScopes, withRefreshToken: false, context, cancellationToken);
        if (!started.Succeeded)
            return started.Error;

        var subject = started.Value.User;
        var request = new AccessTokenRequest(client, client.DefaultScopes, EndpointPolicy.Standard, subject)
        {
            Audiences = Audiences,
            Claims = claims,
        };
        var (token, lifetime) = await tokens.IssueAsync(request, context.Now, cancellationToken);

        metrics.Issued(GrantTypes.Password, clientId, context.Endpoint);
        await audit.WriteAsync(context, AuditTypes.TokenIssued, user.UserId, subject.SessionId);
        return new TokenResponse(token, lifetime, client.DefaultScopes, UserId: user.UserId, SessionId: subject.SessionId);
    }
}
