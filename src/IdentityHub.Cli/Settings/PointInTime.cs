using System.CommandLine;
using System.Globalization;

namespace IdentityHub.Cli.Settings;

/// <summary>
/// A time on the command line: a date or a time of ISO 8601, in UTC where it names no zone, or so long before or after now (<c>30m</c>,
/// <c>2h</c>, <c>7d</c>).
/// </summary>
internal static class PointInTime
{
    private const string Forms = "a time like 2026-11-29T14:00 (UTC), a date like 2026-11-29, or so long ago: 30m, 2h, 7d";
    private const string FutureForms =
        "a time to come like 2027-11-29T14:00 (UTC), a date like 2027-11-29, so long from now: 30m, 2h, 7d, or now";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>An option that takes one; what is no time makes the command line wrong.</summary>
    public static Option<DateTimeOffset?> Option(string name, string meaning) => new(name)
    {
        Description = $"{meaning}: {Forms}.",
        HelpName = "time",
        CustomParser = result =>
        {
            if (Parse(result.Tokens[0].Value, TimeProvider.System.GetUtcNow()) is { } time)
                return time;
            result.AddError($"{name} is '{result.Tokens[0].Value}': it must be {Forms}.");
            return null;
        },
    };

    /// <summary>An option that takes a time to come, or <c>now</c>; anything else makes the command line wrong.</summary>
    public static Option<DateTimeOffset?> FutureOption(string name, string meaning) => new(name)
    {
        Description = $"{meaning}: {FutureForms}.",
        HelpName = "time",
        CustomParser = result =>
        {
            if (ParseFuture(result.Tokens[0].Value, TimeProvider.System.GetUtcNow()) is { } time)
                return time;
            result.AddError($"{name} is '{result.Tokens[0].Value}': it must be {FutureForms}.");
            return null;
        },
    };

    /// <summary>The time, not before <paramref name="now"/>; null for what is none.</summary>
    public static DateTimeOffset? ParseFuture(string text, DateTimeOffset now)
    {
        if (text == "now")
            return now;
        if (Parse(text, now) is not { } time)
            return null;

        // So long ago is so long from now here.
        var isSpan = char.IsAsciiLetter(text[^1]) && text[^1] != 'Z';
        var end = isSpan ? now + (now - time) : time;
        return end >= now ? end : null;
    }

    /// <summary>The time; null for what is none.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (DateTimeOffset.TryParseExact(
                text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time))
            return time;
        return text.Length is > 1 and <= 6 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[^1] switch
            {
                's' => now - TimeSpan.FromSeconds(count),
                'm' => now - TimeSpan.FromMinutes(count),
                'h' => now - TimeSpan.FromHours(count),
                'd' => now - TimeSpan.FromDays(count),
                _ => null,
            }
            : null;
    }
}
