namespace IdentityHub.Server.Audit;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "{Count} audit events wait for the database ({Failure}).")]
    public static partial void DatabaseUnavailable(ILogger logger, int count, string failure);

    [LoggerMessage(1003, LogLevel.Warning, "The use of the older APIs waits to be written: {Failure}.")]
    public static partial void UsageNotWritten(ILogger logger, string failure);

    [LoggerMessage(1002, LogLevel.Error, "The database refused the audit event {Type} of trace {TraceId}.")]
    public static partial void EventRefused(ILogger logger, string type, string traceId, Exception failure);
}
