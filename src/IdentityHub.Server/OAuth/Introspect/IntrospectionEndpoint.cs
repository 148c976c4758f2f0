using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Users;
using IdentityHub.Storage.AccessTokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.Introspect;

/// <summary>
/// <c>POST /connect/introspect</c>. RFC 7662. A client sees its own tokens, an API resource those of its audience; for all other callers
/// every token is <c>{"active":false}</c>.
/// </summary>
internal sealed class IntrospectionEndpoint(
    ClientAuthenticator clients, TokenIntrospection introspection, UserClaims claims,
    IOptions<HubSettings> settings)
{
    public const string Path = "/connect/introspect";

    private static readonly EndpointDescription Description = new("POST", "introspect", OAuthDescriptions.Tag, "Ask what a token is worth")
    {
        Text = "RFC 7662. A client sees its own tokens, an API those of its audience; to everybody else every token is inactive.",
        Access = DescribedAccess.Client,
        Body = DescribedBody.Form([
            Field.Text("token", "An access or refresh token.") with
            {
                IsRequired = true,
            },
            .. OAuthDescriptions.ClientFields
        ]),
        Limit = EndpointLimits.OnlyGuesses,
        Answers =
        [
            new(200, "What the caller may know.")
            {
                Fields =
                [
                    new Field("active", FieldType.Flag, "False for anything that is not a live token of the caller's.")
                    {
                        IsRequired = true,
                        Example = "true",
                    },
                    Field.Text("client_id", "Whose token it is."),
                    Field.Text("sub", "The user, or the client."),
                    Field.Text("scope", "Separated by blanks."),
                    Field.Text("org_id", "The organization that the user acts in."),
                    new Field("act", FieldType.Object, "Who acts for the user. RFC 8693 §4.1.")
                    {
                        Members = [Field.Text("sub", "A user, or a client.")],
                    },
                    new Field("exp", FieldType.Number, "Seconds since 1970."),
                    Field.Text("acr", "How sure the login of the user was. RFC 9470 §6.2."),
                    new Field("auth_time", FieldType.Number, "When the user logged in, in seconds since 1970."),
                ],
            },
            .. OAuthDescriptions.Errors(400, 401, 429),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<IntrospectionEndpoint>();
        routes
            .MapHubEndpoint(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .Describe(Description)
            .Advertise("introspection_endpoint", Path, forPublicClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var request = await ClientRequest.ReadAsync(http);
        if (!request.Succeeded)
            return request.Error;

        // A public client proves nothing, and could try out tokens it has found. RFC 7662 §2.1.
        if (request.Value.Client is not { Method: not ClientAuthMethods.None } credentials)
            return Refusal.InvalidClient(Reasons.ClientAuthenticationMissing, "introspection needs a client that proves who it is");
        var caller = await clients.AuthenticateAsync(credentials, context, http.RequestAborted);
        if (!caller.Succeeded)
            return caller.Error;
        if (request.Value.Parameters["token"] is not { } token)
            return Refusal.InvalidRequest("Parameter 'token' is missing.", Reasons.TokenMissing);

        var active = await introspection.FindAsync(token, caller.Value, context, http.RequestAborted);
        var shown = active is null ? [] : await ClaimsOfAsync(caller.Value.Registry, active.Stored, http.RequestAborted);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (active, shown, settings.Value.Issuer), Write);
        return null;
    }

    private async ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ClaimsOfAsync(
        RegistrySnapshot registered, StoredAccessToken token, CancellationToken cancellationToken)
    {
        var ofClient = registered.Find(token.ClientId)?.IntrospectionClaims ?? [];
        if (token.UserId is not { } user)
            return ofClient;
        var audiences = registered.Claims.HasClaimsOfApis ? token.Audiences.Split(' ') : [];
        var wanted = registered.Claims.OfIntrospection(ScopeSet.Parse(token.Scopes) ?? [], audiences);
        var ofUser = await claims.ReadAsync(user, token.OrganizationId, wanted, cancellationToken);
        return ofClient.Count == 0 ? ofUser : [.. ofClient, .. ofUser];
    }

    private static void Write(
        Utf8JsonWriter json, (IntrospectedToken? Active, IReadOnlyList<KeyValuePair<string, object>> Claims, string Issuer) answer)
    {
        json.WriteBoolean("active"u8, answer.Active is not null);
        if (answer.Active is not { Stored: var token } active)
            return;

        json.WriteString("iss"u8, answer.Issuer);
        json.WriteString("client_id"u8, token.ClientId);
        json.WriteString("sub"u8, token.UserId?.ToString() ?? token.ClientId);
        if (token.UserName is { } name)
            json.WriteString("username"u8, name);
        if (token.Scopes.Length > 0)
            json.WriteString("scope"u8, token.Scopes);
        WriteAudiences(json, token.Audiences);
        json.WriteNumber("exp"u8, token.ExpiresAt.ToUnixTimeSeconds());
        if (active.TokenType is { } type)
        {
            json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
            json.WriteString("token_type"u8, type);
        }

        if (active.TokenId is { } id)
            json.WriteString("jti"u8, id);
        if (token.SessionId is { } session)
            json.WriteString("sid"u8, session);
        if (token.OrganizationId is { } organization)
            json.WriteString("org_id"u8, organization);
        if (active.ContextClass is { } contextClass)
            json.WriteString("acr"u8, contextClass);
        if (active.AuthenticatedAt is { } authenticated)
            json.WriteNumber("auth_time"u8, authenticated.ToUnixTimeSeconds());
        if (active.Actor is { } actor)
        {
            json.WritePropertyName("act"u8);
            json.WriteRawValue(actor.ToJson());
        }

        ClaimJson.Write(json, answer.Claims);
    }

    private static void WriteAudiences(Utf8JsonWriter json, string audiences)
    {
        if (audiences.Length == 0)
            return;
        if (!audiences.Contains(' '))
        {
            json.WriteString("aud"u8, audiences);
            return;
        }

        json.WriteStartArray("aud"u8);
        foreach (var audience in audiences.Split(' '))
            json.WriteStringValue(audience);
        json.WriteEndArray();
    }
}
