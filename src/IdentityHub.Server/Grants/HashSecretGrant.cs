using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A partner that was given a hash and a secret gets a short-lived token for itself. contracts/hash-secret.md. The hash and the secret have
/// proven who it is: nothing else is left to be checked.
/// </summary>
internal sealed class HashSecretGrant(TokenIssuer tokens) : IGrant
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(60);

    public string GrantType => GrantTypes.HashSecret;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var scopes = RequestedScopes.ForClient(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        // The same promises at every endpoint.
        var endpoint = request.Endpoint with
        {
            DefaultFormat = AccessTokenFormat.Reference,
            DefaultLifetime = DefaultLifetime,
            MaxLifetime = MaxLifetime,
        };
        var wanted = new AccessTokenRequest(request.Client, scopes.Value, endpoint) { Audiences = request.Resources.Audiences };
        var (token, lifetime) = await tokens.IssueAsync(wanted, request.Context.Now, cancellationToken);
        return new TokenResponse(token, lifetime, scopes.Value);
    }
}
