using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>The body of a call that anybody may make.</summary>
internal static class CountedBody
{
    /// <summary>Counts the call for its IP address, then reads the texts of its body.</summary>
    /// <returns>The refusal where there were too many calls, or where the body is malformed.</returns>
    public static async ValueTask<Outcome<Parameters>> ReadTextsAsync(
        this CallLimits limits, HttpContext http, RequestContext context, CallRule rule) =>
        await limits.CountAsync(http, context, rule, credential: null) is { } full
            ? full
            : await SmallJson.ReadTextsAsync(http.Request, http.RequestAborted);
}
