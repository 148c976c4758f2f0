using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary><c>POST /v1/client/signup</c>. contracts/service-user-and-client-accounts.md.</summary>
internal sealed class SignUpEndpoint(ServiceCaller callers, AccountSignUp signUp, ClientRegistry registry)
{
    public const string Path = "/v1/client/signup";

    private static readonly EndpointDescription Description = new("POST", "signUpClient", AccountDescriptions.Tag, "Make an account")
    {
        Text = "The account is signed in at once. It can log in through every other endpoint of the installation too.",
        Dialect = DialectNames.ClientAccounts,
        Access = DescribedAccess.Bearer,
        Body = DescribedBody.ClosedJson(AccountFields.New) with { Example = AccountDescriptions.SignUp },
        Limit = EndpointLimits.Ordinary,
        Answers =
        [
            new(200, "The account, signed in.") { Fields = [AccountFields.ClientToken] },
            .. DescribedErrors.Of(400, 401, 403, 409, 429)
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<SignUpEndpoint>();
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
        if (FieldCheck.CheckNew(body.Value.Root, AccountFields.New) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);

        var configuration = registry.Current;
        var custom = CustomDataAttributes.OfNew(
            configuration.Attributes, configuration.IsCustomDataStrict, body.Value.Object("custom_data")?.Root);
        if (custom.Faults.Count > 0)
            return Refusal.InvalidFields(custom.Faults);

        var outcome = await signUp.HandleAsync(AccountOf(body.Value, custom), context, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        if (outcome.Value.Tokens is not { AccessToken: var token })
            return AccountRefusals.Taken(outcome.Value.Conflicts!, withId: true);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, token, static (json, token) =>
            json.WriteString("client_token"u8, token));
        return null;
    }

    private static NewAccount AccountOf(JsonBody body, SplitCustomData custom)
    {
        var name = body.Object("name")!;
        var customData = custom.Rest is { } data ? CustomData.Format(data) : null;
        return new NewAccount(
            Guid.Parse(body.Text("user_id")!), body.Text("email")!, name.Text("first_name")!, name.Text("last_name")!,
            body.Text("password")!, body.Text("phone_number"), customData, custom.Attributes);
    }
}
