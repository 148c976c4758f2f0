using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Http;

/// <summary>
/// Counts the calls of an endpoint and says so in every answer: <c>RateLimit-Limit</c>, <c>RateLimit-Remaining</c>, <c>RateLimit-Reset</c>.
/// </summary>
internal static class RateLimits
{
    /// <summary>Counts a call.</summary>
    /// <param name="credential">Who calls, proven; null: only the address is known.</param>
    /// <param name="kind">Null: the endpoint counts by itself. A name of <see cref="LimitNames"/> where the count is looked for
    /// elsewhere.</param>
    /// <returns>The refusal (429, <c>Retry-After</c>) when there were too many; else null.</returns>
    public static async ValueTask<Refusal?> CountAsync(
        this CallLimits limits, HttpContext http, RequestContext context, CallRule rule, string? credential, string? kind = null)
    {
        kind ??= KindOf(http, context);
        var verdict = await limits.CountAsync(rule, kind, credential ?? CallLimits.OfAddress(context), context, http.RequestAborted);
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = Text(verdict.Limit);
        headers["RateLimit-Remaining"] = Text(verdict.Remaining);
        headers["RateLimit-Reset"] = Text((int)Math.Ceiling(verdict.ResetsIn.TotalSeconds));
        return RefusalOf(verdict, rule);
    }

    /// <summary>Counts a call that no endpoint answers by itself, such as that of a page.</summary>
    /// <param name="kind">What is called: under which name the endpoint counts.</param>
    /// <returns>The refusal (429, <c>Retry-After</c>) when there were too many; else null.</returns>
    public static async ValueTask<Refusal?> RefusalOfAsync(
        this CallLimits limits, CallRule rule, string kind, string credential, RequestContext context, CancellationToken cancelled) =>
        RefusalOf(await limits.CountAsync(rule, kind, credential, context, cancelled), rule);

    private static Refusal? RefusalOf(CallVerdict verdict, CallRule rule) =>
        verdict.LetThrough
            ? null
            : Refusal.TooManyRequests(Reasons.RateLimit, $"more than {verdict.Limit} calls in {rule.Window}", verdict.ResetsIn) with
            {
                Description =
                    $"More than {verdict.Limit} calls in {Text((int)rule.Window.TotalSeconds)} seconds. Wait before you call again.",
            };

    /// <summary>
    /// Counts a call for the user who has logged in with it, and takes it back from the address that others share.
    /// </summary>
    /// <param name="rule">By which the call was counted for the address.</param>
    /// <returns>The refusal when the user has logged in too often; else null.</returns>
    public static async ValueTask<Refusal?> MoveToUserAsync(
        this CallLimits limits, HttpContext http, RequestContext context, CallRule rule, Guid userId)
    {
        await limits.TakeBackAsync(rule, KindOf(http, context), context, http.RequestAborted);
        return await limits.CountAsync(http, context, rule, LimitNames.SubjectOf(userId));
    }

    private static string KindOf(HttpContext http, RequestContext context) => $"{http.Request.Method} {context.Endpoint}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
