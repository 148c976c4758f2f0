namespace IdentityHub.Server.Sessions;

internal static partial class Log
{
    public static void SeenNotWritten(ILogger log, int count, Exception failure, bool isUnavailable)
    {
        if (isUnavailable)
            SeenWait(log, count, failure.GetType().Name);
        else
            SeenFailed(log, count, failure);
    }

    [LoggerMessage(1501, LogLevel.Warning, "{Count} sessions wait to be written down as seen: the database cannot be reached ({Failure}).")]
    private static partial void SeenWait(ILogger log, int count, string failure);

    [LoggerMessage(1502, LogLevel.Error, "{Count} sessions could not be written down as seen.")]
    private static partial void SeenFailed(ILogger log, int count, Exception failure);
}
