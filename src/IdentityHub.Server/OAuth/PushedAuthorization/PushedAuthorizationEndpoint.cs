using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.OAuth.PushedAuthorization;

/// <summary>
/// <c>POST /connect/par</c>. RFC 9126: the client says what it wants before the browser is sent, and is told at once what is wrong with it.
/// </summary>
internal sealed class PushedAuthorizationEndpoint(
    ClientAuthenticator clients, AuthorizationRequestReader requests, PushedRequests pushed, AnonymousRowLimit limit)
{
    public const string Path = "/connect/par";

    private static readonly EndpointDescription Description = new(
        "POST", "pushAuthorizationRequest", OAuthDescriptions.Tag, "Push an authorization request")
    {
        Text = "RFC 9126. The parameters are those of the authorization endpoint; the answer names the request for the browser.",
        Access = DescribedAccess.Client,
        Body = DescribedBody.Form(
        [
            Field.Text("response_type", "`code`.") with { IsRequired = true, Example = "\"code\"" },
            Field.Text("redirect_uri", "One that is registered.") with { IsRequired = true },
            OAuthDescriptions.Scope,
            Field.Text("code_challenge", "RFC 7636, S256."),
            .. OAuthDescriptions.ClientFields,
        ]),
        Limit = EndpointLimits.AnonymousRows,
        Answers =
        [
            new(201, "The reference.")
            {
                Fields =
                [
                    Field.Text("request_uri", "Goes to the authorization endpoint in place of the parameters.") with
                    {
                        IsRequired = true,
                    },
                    new Field("expires_in", FieldType.Number, "Seconds.") { IsRequired = true }
                ],
            },
            .. OAuthDescriptions.Errors(400, 401, 429),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PushedAuthorizationEndpoint>();
        routes.MapHubEndpoint(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .ForBrowserClients()
            .Describe(Description)
            .Advertise("pushed_authorization_request_endpoint", Path, authenticatesClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var request = await ClientRequest.AuthenticateAsync(http, clients, context);
        if (!request.Succeeded)
            return request.Error;
        var (client, form) = request.Value;
        if (client.IsResource)
            return Refusal.UnauthorizedClient("The client may not use the authorization code grant.");

        // §2.1: what is pushed is the request itself, not a reference to one. Credentials are no part of it.
        var parameters = form.Without("client_secret", "client_assertion", "client_assertion_type");
        if (parameters["request_uri"] is not null)
            return Refusal.InvalidRequest("Parameter 'request_uri' may not be pushed.", Reasons.RequestUriPushed);
        var read = await requests.ReadAsync(client, parameters, context, http.RequestAborted);
        if (read.Request is not { } authorization)
            return read.Refusal!.Error;

        if (client.IsPublic && await limit.CountAsync(context, http.RequestAborted) is { } wait)
            return AnonymousRowLimit.Refuse(wait);
        var requestUri = await pushed.PushAsync(client, authorization.Parameters, PushedRequests.Lifetime, context, http.RequestAborted);
        await OAuthResults.WriteAsync(http, StatusCodes.Status201Created, requestUri, static (json, requestUri) =>
        {
            json.WriteString("request_uri"u8, requestUri);
            json.WriteNumber("expires_in"u8, (long)PushedRequests.Lifetime.TotalSeconds);
        });
        return null;
    }
}
