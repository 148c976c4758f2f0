using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// <c>GET</c>, <c>PUT</c> and <c>DELETE /authenticate/block/{username}</c>: tells whether a user is blocked; blocks and unblocks them for
/// every kind of login.
/// </summary>
internal sealed class BlockEndpoint(LsidCallers callers, CallerRights rights, UserBlocks blocks)
{
    private const string Path = "/authenticate/block/{username}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<BlockEndpoint>();
        routes.MapDialectEndpoint(DialectNames.Lsid, Path, ["GET", "PUT", "DELETE"], endpoint.HandleAsync, CodedErrors.WriteAsync)
            .Describe(LsidDescriptions.ShowBlock, LsidDescriptions.Block, LsidDescriptions.Unblock);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.ReadAsync(http, context, HttpMethods.IsPut(http.Request.Method) ? EndpointLimits.Endings : null);
        if (!caller.Succeeded)
            return caller.Error;
        if (!await rights.HasAnywhereAsync(caller.Value, Permissions.UserBlock, http.RequestAborted))
            return LsidRefusals.Forbidden("You may not see or set blocks.", Reasons.PermissionMissing);
        var name = http.Request.RouteValues["username"]?.ToString() ?? "";

        // The same work for an unknown user: the timing must not tell which names exist.
        var block = await blocks.FindAsync(name, context, http.RequestAborted);
        if (!await rights.RuleAsync(caller.Value, Permissions.UserBlock, block?.UserId ?? Guid.Empty, http.RequestAborted) || block is null)
            return LsidRefusals.NoUser(Reasons.UserOutOfReach);

        if (!HttpMethods.IsGet(http.Request.Method))
        {
            if (await ChangeAsync(http, block.UserId, context) is { } refusal)
                return refusal;
            block = await blocks.FindAsync(name, context, http.RequestAborted);
        }

        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, block!, static (json, block) =>
        {
            json.WriteString("username"u8, block.UserName);
            json.WriteBoolean("blocked"u8, block.IsBlocked);
            json.WriteNumber("failedAttempts"u8, block.FailedAttempts);
            json.WriteString("blockedUntil"u8, block.BlockedUntil is { } until ? SessionView.Time(until) : null);
        });
        return null;
    }

    private async Task<Refusal?> ChangeAsync(HttpContext http, Guid userId, RequestContext context)
    {
        if (HttpMethods.IsDelete(http.Request.Method))
        {
            await blocks.UnblockAsync(userId, context, http.RequestAborted);
            return null;
        }

        var body = await SmallJson.ReadOptionalTextsAsync(http.Request, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        DateTimeOffset? until = null;
        if (body.Value["until"] is { } text)
        {
            if (!DateTimeOffset.TryParseExact(
                    text,
                    ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var time)
                || time <= context.Now)
                return Refusal.InvalidRequest("'until' must be a time to come, such as 2026-12-31T12:00:00Z.", Reasons.UntilMalformed);
            until = time;
        }

        await blocks.BlockAsync(userId, until, context, http.RequestAborted);
        return null;
    }
}
