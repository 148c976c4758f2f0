using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary><c>GET /open/referrals</c>: lists referrals, the newest first; with a token, only those by its own user.</summary>
internal sealed class ReferralListEndpoint(TenantCaller callers, ReferralStore referrals)
{
    /// <summary>Where the query names none, and the most that it may name.</summary>
    public const int DefaultLimit = 10, MaxLimit = 100;

    private const string AccountId = "referringAccountId";
    private const string UserId = "referringUserId";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ReferralListEndpoint>();
        routes.MapOpenEndpoint("referrals", ["GET"], endpoint.HandleAsync).Describe(OpenDescriptions.ListReferrals);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        // Read before the caller is admitted: a token is valid for its own user only, and the query may name a user.
        var query = QueryReader.Read(http.Request);
        var named = query.Succeeded ? new NamedUser(query.Value[AccountId], query.Value[UserId]) : new NamedUser(null, null);
        var caller = await callers.AdmitAsync(http, context, TenantNeed.Read, named);
        if (!caller.Succeeded)
            return caller.Error;
        if (!query.Succeeded)
            return query.Error;
        if ((named.AccountId ?? "-") is var account && TenantUserFields.FaultOfId(account) is { } accountFault)
            return OpenRefusals.Invalid(AccountId, accountFault);
        if ((named.Id ?? "-") is var user && TenantUserFields.FaultOfId(user) is { } userFault)
            return OpenRefusals.Invalid(UserId, userFault);
        if (NumberOf(query.Value, "limit", DefaultLimit) is not (>= 1 and <= MaxLimit and var limit))
            return OpenRefusals.Invalid("limit", $"must be a number from 1 to {MaxLimit}");
        if (NumberOf(query.Value, "offset", 0) is not (>= 0 and var offset))
            return OpenRefusals.Invalid("offset", $"must be a number from 0 to {int.MaxValue}");

        var token = caller.Value.Token;
        var page = await referrals.ListAsync(
            caller.Value.Tenant.Alias, token?.AccountId ?? named.AccountId, token?.UserId ?? named.Id, limit, offset, http.RequestAborted);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (page, caller.Value), static (json, answer) =>
        {
            json.WriteNumber("count"u8, answer.page.Referrals.Count);
            json.WriteNumber("totalCount"u8, answer.page.Total);
            json.WriteStartArray("referrals"u8);
            foreach (var referral in answer.page.Referrals)
            {
                json.WriteStartObject();
                ReferralFields.Write(json, referral, answer.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return null;
    }

    // Digits only: no sign, no blanks, no fraction. Null for anything else.
    private static int? NumberOf(Parameters query, string name, int absent) =>
        query[name] is not { } text ? absent
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
