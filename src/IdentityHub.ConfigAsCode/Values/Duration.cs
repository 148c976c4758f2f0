using System.Globalization;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// The notation of durations in the files: a whole number and <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>, such as <c>90s</c>.
/// </summary>
public static class Duration
{
    /// <summary>The notation as a regular expression (ECMA-262).</summary>
    public const string Pattern = "^(0|[1-9][0-9]{0,8})[smhd]$";

    /// <summary>The duration; null when the text is not in the notation, or longer than ten thousand years.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length is < 2 or > 10 || (text[0] == '0' && text.Length > 2))
            return null;
        if (!int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0L };
        var total = number * seconds;
        return seconds == 0 || total > 10_000L * 366 * 86400 ? null : TimeSpan.FromSeconds(total);
    }

    /// <summary>The shortest way to write a duration of whole seconds.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (number, unit) = seconds switch
        {
            0 => (0L, 's'),
            _ when seconds % 86400 == 0 => (seconds / 86400, 'd'),
            _ when seconds % 3600 == 0 => (seconds / 3600, 'h'),
            _ when seconds % 60 == 0 => (seconds / 60, 'm'),
            _ => (seconds, 's'),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
    }
}
