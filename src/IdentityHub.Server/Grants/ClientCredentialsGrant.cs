using IdentityHub.Protocol;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>A client gets a token for itself. RFC 6749 §4.4. As a JWT it costs no database statement.</summary>
internal sealed class ClientCredentialsGrant(TokenIssuer tokens) : IGrant
{
    public string GrantType => GrantTypes.ClientCredentials;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var scopes = RequestedScopes.ForClient(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        var wanted = new AccessTokenRequest(request.Client, scopes.Value, request.Endpoint) { Audiences = request.Resources.Audiences };
        var (token, lifetime) = await tokens.IssueAsync(wanted, request.Context.Now, cancellationToken);
        return new TokenResponse(token, lifetime, scopes.Value);
    }
}
