using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.Revoke;

/// <summary>
/// <c>POST /connect/revocation</c>. RFC 7009. 200 says that the token is no longer valid, or was never issued; a token of another client is
/// refused.
/// </summary>
internal sealed class RevocationEndpoint(ClientAuthenticator clients, TokenRevocation revocation)
{
    public const string Path = "/connect/revocation";

    private static readonly EndpointDescription Description = new("POST", "revoke", OAuthDescriptions.Tag, "End a token")
    {
        Text = "RFC 7009. An access token ends alone, a refresh token with everything that was issued with it.",
        Access = DescribedAccess.Client,
        Body = DescribedBody.Form([
            Field.Text("token", "An access or refresh token of the client.") with
            {
                IsRequired = true,
            },
            .. OAuthDescriptions.ClientFields
        ]),
        Limit = EndpointLimits.OnlyGuesses,
        Answers = [new(200, "The token is not valid any more, or never was."), .. OAuthDescriptions.Errors(400, 401, 429)],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<RevocationEndpoint>();
        routes
            .MapHubEndpoint(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .ForBrowserClients()
            .Describe(Description)
            .Advertise("revocation_endpoint", Path);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var request = await ClientRequest.AuthenticateAsync(http, clients, context);
        if (!request.Succeeded)
            return request.Error;
        var (client, form) = request.Value;
        if (form["token"] is not { } token)
            return Refusal.InvalidRequest("Parameter 'token' is missing.", Reasons.TokenMissing);

        // token_type_hint says nothing that the token does not say itself. RFC 7009 §2.1.
        if (await revocation.RevokeAsync(token, client, context, http.RequestAborted) is { } refusal)
            return refusal;
        OAuthResults.WriteEmpty(http);
        return null;
    }
}
