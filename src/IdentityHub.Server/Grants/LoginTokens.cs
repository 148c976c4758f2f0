using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>The last step of each grant that logs a user in: the policy decides, a session starts, and its tokens are issued.</summary>
internal sealed class LoginTokens(LoginPolicy policy, LoginStart logins, UserTokens tokens)
{
    /// <summary>
    /// Why a user who is about to be created would get no tokens; null when they would. An account that cannot be signed in is not stored.
    /// </summary>
    public async ValueTask<Refusal?> RefusalOfAsync(AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken) =>
        await policy.AdmitAsync(user, context, cancellationToken) is { Succeeded: false, Error: var error } ? error : null;

    /// <summary>
    /// The tokens; the refusal when the policy does not let the login through, or the user's credentials have just changed.
    /// </summary>
    /// <param name="user">The user that a factor has authenticated.</param>
    /// <param name="waivesSecondFactor">True where the configuration of the client lets its users do without.</param>
    public async ValueTask<Outcome<TokenResponse>> IssueAsync(
        AuthenticatedUser user, IReadOnlyList<string> scopes, GrantRequest request, CancellationToken cancellationToken,
        bool waivesSecondFactor = false)
    {
        var (client, _, context, _, _) = request;
        var login = await policy.AdmitAsync(user, context, cancellationToken, waivesSecondFactor);
        if (!login.Succeeded)
            return login.Error;
        var started = await logins.StartAsync(login.Value, client, scopes, client.GetsRefreshToken(scopes), context, cancellationToken);
        if (!started.Succeeded)
            return started.Error;
        var grant = new UserGrant(client, started.Value.User, user.Methods, scopes);
        return await tokens.IssueAsync(grant, started.Value.RefreshToken, request, cancellationToken);
    }
}
