using IdentityHub.Protocol;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Users;

namespace IdentityHub.Server.Grants;

/// <summary>A user name, e-mail address or phone number and a password for tokens. RFC 6749 §4.3; for clients that cannot use a browser.</summary>
internal sealed class PasswordGrant(PasswordCheck passwords, LoginStart logins, UserTokens tokens) : IGrant
{
    // RFC 8176 §2.
    private const string Method = "pwd";

    public string GrantType => GrantTypes.Password;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, call, _) = request;
        if (parameters["username"] is not { } username)
            return OAuthError.InvalidRequest("Parameter 'username' is missing.", "username_missing");
        if (parameters["password"] is not { } password)
            return OAuthError.InvalidRequest("Parameter 'password' is missing.", "password_missing");
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        var user = await passwords.CheckAsync(username, password, call, cancellationToken);
        if (!user.Succeeded)
            return user.Error;

        var login = await logins.StartAsync(user.Value, client, scopes.Value, Method, client.GetsRefreshToken(scopes.Value), call, cancellationToken);
        if (!login.Succeeded)
            return login.Error;

        var subject = new TokenUser(user.Value.UserId, login.Value.SessionId, login.Value.FamilyId, user.Value.OrganizationId, call.Now);
        return await tokens.IssueAsync(new UserGrant(client, subject, Method, scopes.Value), login.Value.RefreshToken, request, cancellationToken);
    }
}
