using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary><c>POST /v1/client/login</c>. contracts/service-user-and-client-accounts.md.</summary>
internal sealed class AccountLoginEndpoint(ServiceCaller callers, AccountLogin login)
{
    public const string Path = "/v1/client/login";

    private static readonly EndpointDescription Description = new("POST", "loginClient", AccountDescriptions.Tag, "Sign an account in")
    {
        Text = "An unknown address, a wrong password and an account that may not log in are answered alike.",
        Dialect = DialectNames.ClientAccounts,
        Access = DescribedAccess.Bearer,
        Body = DescribedBody.ClosedJson(AccountFields.Login),
        Limit = EndpointLimits.Ordinary,
        Answers =
        [
            new(200, "A token for the account, and the account.")
            {
                Fields = AccountFields.LoggedIn,
            },
            .. DescribedErrors.Of(400, 401, 403, 429)
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AccountLoginEndpoint>();
        routes
            .MapDialectEndpoint(DialectNames.ClientAccounts, Path, ["POST"], endpoint.HandleAsync, ListedErrors.WriteAsync)
            .Describe(Description);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        if (await callers.AdmitAsync(http, context) is { } refusal)
            return refusal;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        if (FieldCheck.CheckNew(body.Value.Root, AccountFields.Login) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);

        var outcome = await login.HandleAsync(body.Value.Text("email")!, body.Value.Text("password")!, context, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, outcome.Value, static (json, answer) =>
        {
            json.WriteString("client_token"u8, answer.Tokens.AccessToken);
            AccountFields.Write(json, answer.Account, answer.Attributes);
        });
        return null;
    }
}
