using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary><c>PUT</c> and <c>DELETE /v1/client/{user_id}</c>. contracts/service-user-and-client-accounts.md.</summary>
internal sealed class AccountEndpoint(
    ServiceCaller callers, ClientTokenReader clientTokens, AccountChange changes, AccountErasure erasures, ClientRegistry registry)
{
    public const string Path = "/v1/client/{user_id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AccountEndpoint>();
        routes.MapDialectEndpoint(DialectNames.ClientAccounts, Path, ["PUT", "DELETE"], endpoint.HandleAsync, ListedErrors.WriteAsync)
            .Describe(AccountDescriptions.Change, AccountDescriptions.Erase);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        if (await callers.AdmitAsync(http, context) is { } refusal)
            return refusal;
        if (AccountFields.InPath is var field && field.TextFault(http.Request.RouteValues["user_id"]?.ToString() ?? "") is { } fault)
            return Refusal.InvalidFields(new FieldFault(false, $"path.{field.Name}", field.Name, fault));
        var account = await clientTokens.ReadAsync(
            http.Request, Guid.Parse(http.Request.RouteValues["user_id"]!.ToString()!), context, http.RequestAborted);
        if (!account.Succeeded)
            return account.Error;

        var erases = HttpMethods.IsDelete(http.Request.Method);
        var body = await JsonBody.ReadAsync(http.Request, isOptional: erases, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        if (FieldCheck.CheckPatch(body.Value.Root, erases ? AccountFields.Erasure : AccountFields.Patch) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);
        return erases
            ? await EraseAsync(http, account.Value, body.Value, context)
            : await ChangeAsync(http, account.Value, body.Value, context);
    }

    private async Task<Refusal?> ChangeAsync(HttpContext http, HeldAccount account, JsonBody patch, RequestContext context)
    {
        var configuration = registry.Current;
        var custom = CustomDataAttributes.OfPatch(
            configuration.Attributes, configuration.IsCustomDataStrict, patch.Member("custom_data"));
        if (custom.Faults.Count > 0)
            return Refusal.InvalidFields(custom.Faults);
        var outcome = await changes.HandleAsync(
            account.UserId, account.SessionId, stored => AccountFields.Apply(stored, patch, custom.Rest), custom.Attributes,
            patch.Text("password"), context, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        switch (outcome.Value)
        {
            case { Result: AccountChangeResult.Gone }:
                return AccountRefusals.NotFound;
            case { Result: AccountChangeResult.Refused }:
                return Refusal.InvalidFields(new FieldFault(
                    false, $"{FieldCheck.Root}.custom_data", "custom_data", $"would be longer than {FieldCheck.MaxFieldLength} bytes"));
            case { Result: AccountChangeResult.AttributeTaken, TakenAttribute: { } attribute }:
                return AccountRefusals.AttributeTaken(attribute);
            case { Result: AccountChangeResult.Taken, Conflicts: { } conflicts }:
                return AccountRefusals.Taken(conflicts, withId: false);
        }

        OAuthResults.WriteEmpty(http);
        return null;
    }

    private async Task<Refusal?> EraseAsync(HttpContext http, HeldAccount account, JsonBody body, RequestContext context)
    {
        if (!await erasures.TryEraseAsync(account.UserId, body.Text("reason"), context, http.RequestAborted))
            return AccountRefusals.NotFound;
        OAuthResults.SetNoStore(http.Response);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
