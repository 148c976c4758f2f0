using IdentityHub.Protocol;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.Token;

/// <summary><c>POST /connect/token</c>. RFC 6749 §3.2.</summary>
internal sealed class TokenEndpoint(TokenRequestHandler requests)
{
    public const string Path = "/connect/token";

    private static readonly EndpointDescription Description = new("POST", "token", OAuthDescriptions.Tag, "Get tokens")
    {
        Text =
            "RFC 6749 §3.2. Which parameters there are depends on `grant_type`; `grant_types_supported` of the discovery document lists "
                + "its values.",
        Access = DescribedAccess.Client,
        Body = DescribedBody.Form(
        [
            Field.Text("grant_type", "How the client gets its tokens.") with { IsRequired = true, Example = "\"client_credentials\"" },
            OAuthDescriptions.Scope with { Example = "\"orders.read\"" },
            Field.Text("code", "Of `authorization_code`."),
            Field.Text("redirect_uri", "Of `authorization_code`, where the request named one."),
            Field.Text("code_verifier", "Of `authorization_code` with PKCE. RFC 7636."),
            Field.Text("refresh_token", "Of `refresh_token`."),
            Field.Text("username", "Of `password`: user name, e-mail address or phone number."),
            Field.Text("password", "Of `password`.") with { Format = "password" },
            Field.Text("otp", "Of `password`: the code of the authenticator app of a user who has one."),
            Field.Text(
                "assertion",
                "Of `urn:ietf:params:oauth:grant-type:jwt-bearer`: the token that a tenant has signed for its user. RFC 7523."),
            OAuthDescriptions.EndUserAddress with { Example = null },
            .. OAuthDescriptions.ClientFieldsOf("demo-machine", "demo-machine-secret"),
        ]),
        Limit = EndpointLimits.OnlyGuesses,
        Answers = [new(200, "The tokens.") { Fields = OAuthDescriptions.Tokens }, .. OAuthDescriptions.Errors(400, 401, 429)],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<TokenEndpoint>();
        routes
            .MapHubEndpoint(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .ForBrowserClients()
            .Describe(Description)
            .Advertise("token_endpoint", Path);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var request = await ClientRequest.ReadAsync(http);
        if (!request.Succeeded)
            return request.Error;

        var outcome = await requests.HandleAsync(
            request.Value.Client, request.Value.Parameters, context, EndpointPolicy.Standard, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        await OAuthResults.WriteTokenAsync(http, outcome.Value);
        return null;
    }
}
