using System.Buffers;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Dialects.OAuthV2;

/// <summary>
/// <c>POST /oauth/v2/token</c>: the token endpoint for clients that send JSON. contracts/oauth-v2-and-otp.md. Translates, and leaves
/// everything else to <see cref="TokenRequestHandler"/>.
/// </summary>
internal sealed class OAuthV2TokenEndpoint(TokenRequestHandler exchange, CallLimits limits)
{
    public const string Path = "/oauth/v2/token";

    // Frozen: opaque, at most an hour, no scope where none was asked for.
    private static readonly EndpointPolicy Promises = new()
    {
        Dialect = DialectNames.OAuthV2,
        Format = AccessTokenFormat.Reference,
        MaxLifetime = TimeSpan.FromSeconds(3600),
        GrantsDefaultScopes = false,
    };

    private static readonly EndpointDescription Description = new("POST", "tokenV2", "OAuth v2, with JSON bodies", "Get tokens")
    {
        Text = "The token endpoint for clients that send JSON; a form is read as well. Access tokens are opaque and live an hour at most.",
        Dialect = DialectNames.OAuthV2,
        Access = DescribedAccess.Client,
        Body = DescribedBody.Json(
        [
            Field.Text("grant_type", "`client_credentials`, `password` or `refresh_token`.") with
            {
                IsRequired = true,
                Example = "\"password\"",
            },
            Field.Text("client_id", "Unless it stands in the header.") with { Example = "\"abc123\"" },
            Field.Text("client_secret", "Unless it stands in the header.") with { Format = "password", Example = "\"456789\"" },
            Field.Text("username", "Of `password`.") with { Example = "\"alice@example.com\"" },
            Field.Text("password", "Of `password`.") with { Format = "password", Example = "\"Alice-Pass-1234\"" },
            Field.Text("refresh_token", "Of `refresh_token`."),
            OAuthDescriptions.EndUserAddress with { Example = null },
            OAuthDescriptions.Scope,
        ]),
        Limit = EndpointLimits.Ordinary,
        Answers = [new(200, "The tokens.") { Fields = OAuthDescriptions.Tokens }, .. OAuthDescriptions.Errors(400, 401, 429)],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<OAuthV2TokenEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.OAuthV2, Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .Describe(Description);
        routes.MapDialectNotFound(DialectNames.OAuthV2, "/oauth/v2", OAuthResults.WriteErrorAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var body = await BodyReader.ReadAsync(http.Request, bytes => Parse(bytes, http.Request.ContentType), http.RequestAborted);
        if (!body.Succeeded)
            return await CountAsync(credential: null) ?? body.Error;
        var request = ClientRequest.Of(http.Request, body.Value);
        if (!request.Succeeded)
            return await CountAsync(credential: null) ?? request.Error;

        var outcome = await exchange.HandleAsync(request.Value.Client, body.Value, context, Promises, http.RequestAborted, CountAsync);
        if (!outcome.Succeeded)
            return outcome.Error;
        await WriteAsync(http, outcome.Value);
        return null;

        ValueTask<Refusal?> CountAsync(string? credential) =>
            limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential);
    }

    // contracts/README.md rule 7: what begins like JSON is JSON, whatever its media type says.
    private static Outcome<Parameters> Parse(ReadOnlySequence<byte> body, string? contentType)
    {
        if (JsonReader.LooksLikeJson(body))
            return JsonReader.Parse(body);
        if (FormReader.IsForm(contentType))
            return FormReader.Parse(body, JsonReader.MaxValueLength);
        return contentType is null || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
            ? Refusal.InvalidRequest("The body must be one JSON object, or a form.", Reasons.JsonMalformed)
            : Refusal.Of(
                RefusalKind.UnsupportedMediaType,
                "The body must be application/json or application/x-www-form-urlencoded.",
                Reasons.MediaType);
    }

    // Frozen: the order and case of the contract's example, and scope null rather than absent.
    private static Task WriteAsync(HttpContext http, TokenResponse tokens) =>
        OAuthResults.WriteAsync(http, StatusCodes.Status200OK, tokens, static (json, tokens) =>
        {
            json.WriteString("access_token"u8, tokens.AccessToken);
            json.WriteNumber("expires_in"u8, (long)tokens.Lifetime.TotalSeconds);
            json.WriteString("token_type"u8, "bearer"u8);
            if (tokens.Scopes.Count > 0)
                json.WriteString("scope"u8, ScopeSet.Format(tokens.Scopes));
            else
                json.WriteNull("scope"u8);
            if (tokens.RefreshToken is { } refreshToken)
                json.WriteString("refresh_token"u8, refreshToken);
        });
}
