namespace IdentityHub.Server.Health;

internal static partial class Log
{
    [LoggerMessage(
        1801, LogLevel.Information, "The server was told to stop: /health/ready answers 503, and requests are served for {Time} more.")]
    public static partial void Draining(ILogger logger, TimeSpan time);
}
