using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Http;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.Token;

/// <summary><c>POST /connect/token</c>. RFC 6749 §3.2.</summary>
internal sealed class TokenEndpoint(TokenExchange exchange)
{
    public const string Path = "/connect/token";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = ActivatorUtilities.CreateInstance<TokenEndpoint>(routes.ServiceProvider);
        routes.MapDoor(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync).ForBrowserClients().Advertise("token_endpoint", Path);
    }

    private async Task<OAuthError?> HandleAsync(HttpContext http, Call call)
    {
        var request = await ClientRequest.ReadAsync(http);
        if (!request.Succeeded)
            return request.Error;

        var outcome = await exchange.HandleAsync(request.Value.Client, request.Value.Parameters, call, DoorPolicy.Standard, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        await OAuthResults.WriteTokenAsync(http, outcome.Value);
        return null;
    }
}
