using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>How callers say who they are, for the document.</summary>
internal static class SecuritySchemes
{
    public const string Bearer = "bearer";
    public const string Client = "client";
    public const string Tenant = "tenant";
    public const string Session = "session";
    public const string ApiKey = "apiKey";

    /// <summary>Every scheme by its name.</summary>
    public static IDictionary<string, IOpenApiSecurityScheme> All() => new Dictionary<string, IOpenApiSecurityScheme>
    {
        [Bearer] = Http("bearer", "An access token. For `/v1/client/*` the `api_token` of `/v1/login/password`."),
        [Client] = Http(
            "basic", "client_id and client_secret, each form-encoded first (RFC 6749 §2.3.1). They may stand in the body instead."),
        [Tenant] = Http(
            "basic",
            "For `/api/v1/{tenant_alias}/open/*`: an empty user name, and the tenant's API key as password. Or, in its place, a token that "
                + "the tenant has signed, in the header `X-SaaSquatch-User-Token`."),
        [Session] = Http(
            "bearer",
            "For `/session/*` and `/password/*`: the LSID of a login session, the `sessionId` of `/authenticate/{username}`. It may stand "
                + "in the path instead, as `;lsid=…`."),
        [ApiKey] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-API-Key",
            Description =
                "For `/session/*` and `/authenticate/block/*`: the key of an integrated system. It may stand in the query instead, "
                    + "as `apiKey=…`.",
        },
    };

    private static OpenApiSecurityScheme Http(string scheme, string description) =>
        new()
        {
            Type = SecuritySchemeType.Http,
            Scheme = scheme,
            Description = description,
        };
}
