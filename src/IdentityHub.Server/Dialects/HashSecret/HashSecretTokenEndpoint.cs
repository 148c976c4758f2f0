using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Dialects.HashSecret;

/// <summary>
/// <c>POST /api/token</c>, and under its older path <c>/action/token</c>: hash and secret for a short-lived token.
/// contracts/hash-secret.md. Translates, and leaves everything else to <see cref="TokenRequestHandler"/>.
/// </summary>
internal sealed class HashSecretTokenEndpoint(TokenRequestHandler exchange, CallLimits limits)
{
    public const string Path = "/api/token";
    public const string OlderPath = "/action/token";

    private static readonly EndpointPolicy Promises = new() { Dialect = DialectNames.HashSecret, ImpliedGrant = GrantTypes.HashSecret };

    // A path has a name of its own, so that generated clients get a method for each.
    private static readonly (string Path, EndpointDescription Description)[] Endpoints =
    [
        (Path, Describe("hashSecretToken", "Fetch a token by hash and secret")),
        (OlderPath, Describe("hashSecretTokenOlderPath", "The same under its older path")),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<HashSecretTokenEndpoint>();
        foreach (var (path, description) in Endpoints)
        {
            routes
                .MapDialectEndpoint(DialectNames.HashSecret, path, ["POST"], endpoint.HandleAsync, HashSecretErrors.WriteAsync)
                .Describe(description);
            routes.MapDialectNotFound(DialectNames.HashSecret, path, HashSecretErrors.WriteAsync);
        }
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var presented = Read(await BodyReader.ReadAsync(http.Request, JsonReader.Parse, http.RequestAborted));
        if (!presented.Succeeded)
            return await CountAsync(credential: null) ?? presented.Error;

        var parameters = new Parameters();
        parameters.Add("grant_type", GrantTypes.HashSecret);
        var outcome = await exchange.HandleAsync(presented.Value, parameters, context, Promises, http.RequestAborted, CountAsync);
        if (!outcome.Succeeded)
            return outcome.Error;

        var ends = (context.Now + outcome.Value.Lifetime).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (outcome.Value.AccessToken, ends), static (json, answer) =>
        {
            json.WriteString("token"u8, answer.AccessToken);
            json.WriteString("expired"u8, answer.ends);
        });
        return null;

        ValueTask<Refusal?> CountAsync(string? credential) =>
            limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential);
    }

    private static Outcome<PresentedClient> Read(Outcome<Parameters> body)
    {
        if (!body.Succeeded)
            return body.Error;
        if (body.Value["hash"] is not { } hash)
            return Refusal.InvalidRequest("Field 'hash' is required.", Reasons.HashMissing);
        return body.Value["secret"] is { } secret
            ? PresentedClient.ByHash(hash, secret, DialectNames.HashSecret)
            : Refusal.InvalidRequest("Field 'secret' is required.", Reasons.SecretMissing);
    }

    private static EndpointDescription Describe(string id, string summary) => new("POST", id, "Hash and secret", summary)
    {
        Text =
            "A refusal is 200 as well, with nothing but `error`: one sentence for an unknown hash, a wrong or expired secret, and a client "
                + "that is disabled or may not come here.",
        Dialect = DialectNames.HashSecret,
        Body = DescribedBody.Json(
        [
            Field.Text("hash", "Identifies the API user.") with { IsRequired = true, Example = "\"some long string value\"" },
            Field.Text("secret", "One of its secrets.") with { IsRequired = true, Format = "password", Example = "\"some string value\"" },
        ]),
        Limit = EndpointLimits.Ordinary,
        Answers =
        [
            new(200, "The token, good for 15 minutes unless the client's own lifetime says otherwise; or `error`.")
            {
                Fields =
                [
                    Field.Text("token", "Opaque, unless the client asked for JWT."),
                    Field.Text("expired", "When it ends: `YYYY-MM-DD hh:mm:ss`, UTC."),
                    Field.Text("error", "Why there is none."),
                ],
                Examples =
                [
                    ("token", """{"token": "some long string value", "expired": "2024-01-26 14:54:46"}"""),
                    ("refused", $$"""{"error": "{{HashSecretErrors.Refused}}"}"""),
                ],
            },
            new(429, "Too many calls, or too many failures.")
            {
                Fields = [Field.Text("error", "A sentence.") with { IsRequired = true }],
            },
        ],
    };
}
