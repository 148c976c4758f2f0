using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.Revoke;

/// <summary>
/// <c>POST /connect/revocation</c>. RFC 7009. 200 says that the token is dead now, or never lived; a token of another client is refused.
/// </summary>
internal sealed class RevocationEndpoint(ClientAuthenticator clients, TokenRevocation revocation)
{
    public const string Path = "/connect/revocation";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = ActivatorUtilities.CreateInstance<RevocationEndpoint>(routes.ServiceProvider);
        routes.MapDoor(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync).ForBrowserClients().Advertise("revocation_endpoint", Path);
    }

    private async Task<OAuthError?> HandleAsync(HttpContext http, Call call)
    {
        var request = await ClientRequest.AuthenticateAsync(http, clients, call);
        if (!request.Succeeded)
            return request.Error;
        var (client, form) = request.Value;
        if (form["token"] is not { } token)
            return OAuthError.InvalidRequest("Parameter 'token' is missing.", "token_missing");

        // token_type_hint says nothing that the token does not say itself. RFC 7009 §2.1.
        if (await revocation.RevokeAsync(token, client, call, http.RequestAborted) is { } refusal)
            return refusal;
        OAuthResults.SetNoStore(http.Response);
        http.Response.ContentLength = 0;
        return null;
    }
}
