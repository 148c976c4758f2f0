namespace IdentityHub.Server.Background.Monitoring;

internal static partial class Log
{
    [LoggerMessage(1241, LogLevel.Information, "Prometheus reads the metrics of this node at {Address}.")]
    public static partial void MetricsListening(ILogger logger, string address);

    /// <inheritdoc cref="Background.Log.WorkFailed"/>
    public static void WorkFailed(ILogger logger, Exception failure) => Background.Log.WorkFailed(logger, failure);
}
