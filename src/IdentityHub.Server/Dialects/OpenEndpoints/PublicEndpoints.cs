using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// <c>GET /open/user?referralCode=</c> and <c>GET /open/code/{referralCode}</c>: the public data of a referral code. No personal data: a
/// first name, an initial, a picture.
/// </summary>
internal sealed class PublicEndpoints(TenantCaller callers, TenantUserStore users, DialectUsage use)
{
    private static readonly NamedUser NoUser = new(null, null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<PublicEndpoints>();
        routes.MapOpenEndpoint("user", ["GET"], endpoints.LookUpUserAsync).Describe(OpenDescriptions.LookUpUserByCode);
        routes.MapOpenEndpoint("code/{referralCode}", ["GET"], endpoints.LookUpCodeAsync).Describe(OpenDescriptions.LookUpCode);
    }

    private async Task<Refusal?> LookUpUserAsync(HttpContext http, RequestContext context)
    {
        var caller = await AdmitAsync(http, context);
        if (!caller.Succeeded)
            return caller.Error;
        var query = QueryReader.Read(http.Request);
        if (!query.Succeeded)
            return query.Error;
        return query.Value["referralCode"] is { } code
            ? await WriteAsync(http, caller.Value, code, TenantUserFields.WritePublic)
            : OpenRefusals.Invalid("referralCode", "is missing");
    }

    private async Task<Refusal?> LookUpCodeAsync(HttpContext http, RequestContext context)
    {
        var caller = await AdmitAsync(http, context);
        return caller.Succeeded
            ? await WriteAsync(http, caller.Value, http.Request.RouteValues["referralCode"]!.ToString()!, WriteCode)
            : caller.Error;
    }

    // The caller is not authenticated, but the request counts as use of the dialect by the tenant.
    private async ValueTask<Outcome<AdmittedCaller>> AdmitAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.AdmitAsync(http, context, TenantNeed.Nothing, NoUser);
        if (caller.Succeeded && !context.ClientAuthenticated)
            use.Count(DialectNames.OpenEndpoints, caller.Value.Tenant.ClientId, context.Now);
        return caller;
    }

    private async Task<Refusal?> WriteAsync(
        HttpContext http, AdmittedCaller caller, string typed, Action<Utf8JsonWriter, StoredTenantUser> members)
    {
        if (ReferralCode.Normalize(typed) is not { } code
            || await users.FindByCodeAsync(caller.Tenant.Alias, code, http.RequestAborted) is not { } owner)
            return OpenRefusals.CodeNotFound;
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, owner, members);
        return null;
    }

    private static void WriteCode(Utf8JsonWriter json, StoredTenantUser owner)
    {
        json.WriteString("code"u8, owner.ReferralCode);
        json.WriteNumber("dateCreated"u8, owner.CodeCreatedAt.ToUnixTimeMilliseconds());
        json.WriteString("referrerName"u8, TenantUserFields.PublicNameOf(owner));
    }
}
