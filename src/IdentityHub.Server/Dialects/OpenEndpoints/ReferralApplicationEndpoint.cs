using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// <c>POST /open/code/{referralCode}/account/{accountId}/user/{userId}</c>: the user was referred by the owner of the code.
/// </summary>
internal sealed class ReferralApplicationEndpoint(TenantCaller callers, ReferralApplication applications)
{
    private const string Path = "code/{referralCode}/account/{accountId}/user/{userId}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ReferralApplicationEndpoint>();
        routes.MapOpenEndpoint(Path, ["POST"], endpoint.HandleAsync).Describe(OpenDescriptions.ApplyCode);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var (accountId, id) = PathUser.Of(http.Request);
        var caller = await callers.AdmitAsync(http, context, TenantNeed.Write, new NamedUser(accountId, id));
        if (!caller.Succeeded)
            return caller.Error;
        if (PathUser.FaultOf(accountId, id) is { } fault)
            return fault;

        // Everything stands in the path.
        var body = await JsonBody.ReadAsync(http.Request, isOptional: true, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        if (FieldCheck.CheckNew(body.Value.Root, []) is { Count: > 0 } faults)
            return Refusal.InvalidFields(faults);
        if (ReferralCode.Normalize(http.Request.RouteValues["referralCode"]!.ToString()) is not { } code)
            return OpenRefusals.CodeNotFound;

        var applied = await applications.HandleAsync(caller.Value.Tenant, code, accountId, id, context, http.RequestAborted);
        if (applied.Referral is not { } referral)
            return RefusalOf(applied.Result);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (referral, caller.Value), static (json, answer) =>
            ReferralFields.Write(json, answer.referral, answer.Value));
        return null;
    }

    private static Refusal RefusalOf(AppliedCode result) => result switch
    {
        AppliedCode.CodeUnknown => OpenRefusals.CodeNotFound,
        AppliedCode.OwnCode => OpenRefusals.OwnCode,
        AppliedCode.Cycle => OpenRefusals.Cycle,
        AppliedCode.ReferredByAnother => OpenRefusals.AlreadyReferred,
        _ => OpenRefusals.UserNotFound,
    };
}
