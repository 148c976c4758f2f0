namespace IdentityHub.Server.Ui.Shared;

internal static partial class Log
{
    [LoggerMessage(1601, LogLevel.Warning, "The theme's file {File} is not used: {Fault} What is built in stays in its place.")]
    public static partial void ThemeFileRefused(ILogger logger, string file, string fault);

    [LoggerMessage(1602, LogLevel.Warning, "The theme's file {File}: {Fault} The built-in text stays.")]
    public static partial void ThemeTextRefused(ILogger logger, string file, string fault);

    [LoggerMessage(1603, LogLevel.Information, "The theme of {Directory} is in force. Languages of the pages: {Languages}.")]
    public static partial void ThemeRead(ILogger logger, string directory, string languages);

    [LoggerMessage(
        1604, LogLevel.Information,
        "The theme's file theme.css says nothing about dark mode: pages stay light. Give its colours as light-dark(…, …) to have both.")]
    public static partial void ThemeLightOnly(ILogger logger);
}
