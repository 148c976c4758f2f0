namespace IdentityHub.Server.Http;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "{Endpoint} answers 503 under trace {TraceId}: the database cannot be used ({Failure}).")]
    public static partial void DatabaseUnavailable(ILogger logger, string endpoint, string traceId, string failure);

    [LoggerMessage(1102, LogLevel.Error, "{Endpoint} answers 500 under trace {TraceId}.")]
    public static partial void Failed(ILogger logger, string endpoint, string traceId, Exception failure);

    [LoggerMessage(
        1105, LogLevel.Error,
        "{Endpoint} answers 503 under trace {TraceId}: there is no memory left. Give the process more, or lower what it does at once "
            + "(IdentityHub:Passwords:QueuePerCore).")]
    public static partial void OutOfMemory(ILogger logger, string endpoint, string traceId, Exception failure);

    [LoggerMessage(1104, LogLevel.Error, "{Endpoint} answers 503 under trace {TraceId}. {Advice}")]
    public static partial void DatabaseRefuses(ILogger logger, string endpoint, string traceId, string advice);

    [LoggerMessage(
        1103, LogLevel.Warning,
        "IdentityHub:Issuer has the path {Path}, and {Endpoint} is an endpoint of the server. A proxy in front must keep the path in the "
            + "requests that it passes on, or choose another path.")]
    public static partial void PublicPathAmbiguous(ILogger logger, string path, string endpoint);
}
