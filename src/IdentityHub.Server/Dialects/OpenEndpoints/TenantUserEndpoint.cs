using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// <c>GET</c>, <c>POST</c> and <c>PUT /open/account/{accountId}/user/{userId}</c>: a user is looked up, made, made or changed.
/// </summary>
internal sealed class TenantUserEndpoint(TenantCaller callers, TenantUserWrite writes, TenantUserStore users)
{
    private const string Path = "account/{accountId}/user/{userId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<TenantUserEndpoint>();
        routes.MapOpenEndpoint(Path, ["GET", "POST", "PUT"], endpoint.HandleAsync)
            .Describe(OpenDescriptions.LookUpUser, OpenDescriptions.CreateUser, OpenDescriptions.UpsertUser);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var (accountId, id) = PathUser.Of(http.Request);
        var reads = HttpMethods.IsGet(http.Request.Method);
        var caller = await callers.AdmitAsync(http, context, reads ? TenantNeed.Read : TenantNeed.Write, new NamedUser(accountId, id));
        if (!caller.Succeeded)
            return caller.Error;
        if (PathUser.FaultOf(accountId, id) is { } fault)
            return fault;
        return reads ? await LookUpAsync(http, caller.Value, accountId, id) : await WriteAsync(http, caller.Value, accountId, id, context);
    }

    private async Task<Refusal?> LookUpAsync(HttpContext http, AdmittedCaller caller, string accountId, string id)
    {
        if (await users.FindAsync(caller.Tenant.Alias, accountId, id, http.RequestAborted) is not { } user)
            return OpenRefusals.UserNotFound;
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, user, TenantUserFields.Write);
        return null;
    }

    private async Task<Refusal?> WriteAsync(HttpContext http, AdmittedCaller caller, string accountId, string id, RequestContext context)
    {
        // A write token carries the whole user: nothing needs to stand in the body.
        var body = await JsonBody.ReadAsync(http.Request, isOptional: true, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        var joined = TenantUserFields.Joined(body.Value, caller.Token?.User, accountId, id);
        if (!joined.Succeeded)
            return joined.Error;
        var isNew = HttpMethods.IsPost(http.Request.Method);
        if (TenantUserFields.FaultsOf(joined.Value, isNew) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);

        var described = TenantUserFields.Describe(joined.Value, accountId, id);
        var outcome = isNew
            ? await writes.CreateAsync(caller.Tenant, described!, context, http.RequestAborted)
            : await writes.UpsertAsync(
                caller.Tenant, accountId, id, user => TenantUserFields.Apply(user, joined.Value), described, context, http.RequestAborted);
        if (!outcome.Succeeded)
            return outcome.Error;
        if (outcome.Value is not { User: { } user, IsNew: var made })
            return RefusalOf(outcome.Value.Result, joined.Value);
        await OAuthResults.WriteAsync(http, made ? StatusCodes.Status201Created : StatusCodes.Status200OK, user, TenantUserFields.Write);
        return null;
    }

    private static Refusal RefusalOf(TenantUserResult result, JsonBody body) => result switch
    {
        TenantUserResult.Exists => OpenRefusals.UserExists,
        TenantUserResult.CodeTaken => OpenRefusals.CodeTaken,

        // The user does not exist, and the body has too little to create them.
        _ when TenantUserFields.FaultsOf(body, isNew: true) is { Count: > 0 } missing => Refusal.InvalidFields(missing),
        _ => OpenRefusals.UserNotFound,
    };
}

/// <summary>The user that a path names.</summary>
internal static class PathUser
{
    public static (string AccountId, string Id) Of(HttpRequest request) => (Text(request, "accountId"), Text(request, "userId"));

    /// <summary>The refusal of a path that names no user; null when the path is valid.</summary>
    public static Refusal? FaultOf(string accountId, string id) =>
        TenantUserFields.FaultOfId(accountId) is { } account ? OpenRefusals.Invalid("accountId", account)
        : TenantUserFields.FaultOfId(id) is { } user ? OpenRefusals.Invalid("userId", user)
        : null;

    private static string Text(HttpRequest request, string name) => request.RouteValues[name]!.ToString()!;
}
