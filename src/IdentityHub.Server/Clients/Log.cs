namespace IdentityHub.Server.Clients;

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "The use of API key {Name} could not be written down.")]
    public static partial void UseNotWritten(ILogger log, string name, Exception? failure);

    [LoggerMessage(1402, LogLevel.Warning, "The use of a secret of client {ClientId} could not be written down.")]
    public static partial void SecretUseNotWritten(ILogger log, string clientId, Exception? failure);

    [LoggerMessage(1403, LogLevel.Warning, "A change of the configuration is not in force on this node yet; it is read again in a moment.")]
    public static partial void NotFollowed(ILogger log, Exception failure);

    [LoggerMessage(1202, LogLevel.Information, "Configuration generation {Generation} is in force: {Clients} clients.")]
    public static partial void GenerationInForce(ILogger logger, string generation, int clients);
}
