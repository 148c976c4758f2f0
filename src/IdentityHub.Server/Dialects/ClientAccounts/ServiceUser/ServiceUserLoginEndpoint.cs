using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.ClientAccounts.ServiceUser;

/// <summary><c>POST /v1/login/password</c>: a service user fetches its API token. contracts/service-user-and-client-accounts.md.</summary>
internal sealed class ServiceUserLoginEndpoint(ServiceUserLogin login, CallLimits limits)
{
    public const string Path = "/v1/login/password";

    private static readonly Field[] Fields =
    [
        Field.Text("username", "User name of the service user.") with { IsRequired = true, Example = "\"service_user\"" },
        Field.Text("password", "Its password.") with { IsRequired = true, Format = "password", Example = "\"xxxyyy-service\"" },
    ];

    private static readonly EndpointDescription Description = new("POST", "loginServiceUser", "Service users", "Fetch an API token")
    {
        Text =
            "A user with the role `service` gets a JWT for `/v1/client/*`, good for 60 minutes. It is signed with a key of the JWKS; its "
                + "payload holds `r` (roles), `reg` (region), `sub`, `exp`, `iat`, `iss`, `aud`, `jti` and `client_id`.",
        Dialect = DialectNames.ServiceUser,
        Body = DescribedBody.ClosedJson(Fields),
        Limit = EndpointLimits.Login,
        Answers =
        [
            new(200, "The token.")
            {
                Fields = [Field.Text("api_token", "A JWT.") with { Example = "\"eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…\"" }],
            },
            .. DescribedErrors.Of(400, 401, 403, 429),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ServiceUserLoginEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.ServiceUser, Path, ["POST"], endpoint.HandleAsync, ListedErrors.WriteAsync)
            .Describe(Description);
        routes.MapDialectNotFound(DialectNames.ServiceUser, "/v1/login", ListedErrors.WriteAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        context.ClientId = BuiltInClients.ServiceUser;
        if (await limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential: null) is { } full)
            return full;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        if (FieldCheck.CheckNew(body.Value.Root, Fields) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);

        var outcome = await login.HandleAsync(
            body.Value.Text("username")!, body.Value.Text("password")!, context,
            userId => limits.MoveToUserAsync(http, context, EndpointLimits.OrdinaryRule, userId), http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, outcome.Value.AccessToken, static (json, token) =>
            json.WriteString("api_token"u8, token));
        return null;
    }
}
