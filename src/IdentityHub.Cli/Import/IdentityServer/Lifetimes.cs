using System.Globalization;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>Lifetimes, which IdentityServer counts in seconds, within the limits of this server.</summary>
internal static class Lifetimes
{
    public const long Second = 1;
    public const long Minute = 60;
    public const long Day = 24 * 60 * Minute;

    // The most that a configuration file takes.
    private const long Longest = 3650 * Day;

    /// <summary>A lifetime; one beyond the limits becomes the nearest that is allowed, and is reported.</summary>
    /// <param name="usual">Of IdentityServer, where nothing is said.</param>
    public static TimeSpan Of(SourceObject source, string key, long usual, long least, long most)
    {
        var seconds = source.Number(key) ?? usual;
        var allowed = Math.Clamp(seconds, least, most);
        if (allowed != seconds)
            source.Report(
                key, seconds.ToString(CultureInfo.InvariantCulture),
                $"It must be {Duration.Format(TimeSpan.FromSeconds(least))} to {Duration.Format(TimeSpan.FromSeconds(most))}: it is "
                    + $"{Duration.Format(TimeSpan.FromSeconds(allowed))} now.");
        return TimeSpan.FromSeconds(allowed);
    }

    /// <summary>Rotation and lifetimes of refresh tokens.</summary>
    /// <param name="isUsed">False for a client that gets none.</param>
    public static RefreshTokenDefinition RefreshTokenOf(SourceObject source, bool isUsed, bool isPublic)
    {
        source.Skip("RefreshTokenUsage", "RefreshTokenExpiration", "AbsoluteRefreshTokenLifetime", "SlidingRefreshTokenLifetime");
        if (!isUsed)
            return new RefreshTokenDefinition();
        var rotates = source.Text("RefreshTokenUsage")?.ToLowerInvariant() is "1" or "onetimeonly" or "onetime";
        if (!rotates && isPublic)
            source.Report(
                "RefreshTokenUsage", source.Text("RefreshTokenUsage"),
                "Refresh tokens of a public client rotate: it must keep the newest one.");
        var slides = source.Text("RefreshTokenExpiration")?.ToLowerInvariant() is "0" or "sliding";

        // With a sliding lifetime, 0 means that there is no end.
        var endless = slides && source.Number("AbsoluteRefreshTokenLifetime") == 0;
        if (endless)
            source.Report("AbsoluteRefreshTokenLifetime", "0", $"It must have an end: it is {Longest / Day}d now.");
        var absolute = endless
            ? TimeSpan.FromSeconds(Longest)
            : Of(source, "AbsoluteRefreshTokenLifetime", 30 * Day, Second, Longest);
        var idle = slides ? Of(source, "SlidingRefreshTokenLifetime", 15 * Day, Second, Longest) : absolute;
        return new RefreshTokenDefinition
        {
            Rotation = rotates || isPublic,
            AbsoluteLifetime = absolute,
            IdleLifetime = idle < absolute ? idle : absolute,
        };
    }
}
