using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>The limit of an endpoint in words, and for programs; with the numbers that are in force on this installation.</summary>
internal static class LimitText
{
    /// <summary>Name of the extension: a list of <c>calls</c>, <c>window_seconds</c> and <c>whose</c>.</summary>
    public const string Extension = "x-rate-limit";

    /// <summary>Sentences.</summary>
    public static string Of(EndpointLimit limit, CallLimits limits)
    {
        List<string> sentences = [];
        if (limit.Counts.Count > 0)
            sentences.Add($"Rate limit: {string.Join("; and ", limit.Counts.Select(count => Words(count, limits)))}.");
        if (limit.Remark is { } remark)
            sentences.Add(remark);
        if (limit is { IsOrdinary: false, Counts.Count: > 0 })
        {
            var rule = limits.InForce(EndpointLimits.OrdinaryRule);
            sentences.Add(
                $"This deviates from the ordinary limit of {Number(rule.Calls)} calls {Window(rule.Window)} for each credential.");
        }

        return string.Join(' ', sentences);
    }

    /// <summary>The value of <see cref="Extension"/>.</summary>
    public static IOpenApiExtension ExtensionOf(EndpointLimit limit, CallLimits limits) => new JsonNodeExtension(new JsonArray(
    [
        .. limit.Counts.Select(count => new JsonObject
        {
            ["calls"] = limits.InForce(count.Rule, count.IsOfAddress).Calls,
            ["window_seconds"] = (int)count.Rule.Window.TotalSeconds,
            ["whose"] = count.Whose,
        }),
    ]));

    /// <summary>Headers of every answer to a call that was counted.</summary>
    public static IReadOnlyList<Field> HeadersOf(EndpointLimit limit, CallLimits limits)
    {
        if (limit.Counts.Count == 0)
            return [];
        var rule = limits.InForce(limit.Counts.LastOrDefault(count => !count.IsOfAddress, limit.Counts[^1]).Rule);
        return
        [
            new("RateLimit-Limit", FieldType.Number, "Calls that one window has.") { Example = Plain(rule.Calls) },
            new("RateLimit-Remaining", FieldType.Number, "Calls that are left in this window.") { Example = Plain(rule.Calls - 1) },
            new("RateLimit-Reset", FieldType.Number, "Seconds until the window closes and the count begins anew.")
            {
                Example = Plain((int)rule.Window.TotalSeconds),
            },
        ];
    }

    /// <summary>Of every answer 429.</summary>
    public static Field RetryAfter { get; } = new("Retry-After", FieldType.Number, "Seconds to wait.") { Example = "17" };

    private static string Words(CountedCalls count, CallLimits limits)
    {
        var rule = limits.InForce(count.Rule, count.IsOfAddress);
        return $"{Number(rule.Calls)} {(rule.Calls == 1 ? "call" : "calls")} {Window(rule.Window)} for {count.Whose}";
    }

    private static string Window(TimeSpan window) =>
        window == TimeSpan.FromMinutes(1) ? "a minute"
        : window == TimeSpan.FromHours(1) ? "an hour"
        : $"in {Plain((int)window.TotalMinutes)} minutes";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);
}
