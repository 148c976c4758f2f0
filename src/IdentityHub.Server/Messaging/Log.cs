namespace IdentityHub.Server.Messaging;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Warning, "Sending message {MessageId} by {Channel} failed; it is tried again.")]
    public static partial void SendingFailed(ILogger logger, string channel, Guid messageId, Exception failure);

    [LoggerMessage(1302, LogLevel.Warning, "Message {MessageId} of {Channel} is given up after {Attempts} tries ({Reason}).")]
    public static partial void MessageDead(ILogger logger, string channel, Guid messageId, int attempts, string reason);

    [LoggerMessage(1303, LogLevel.Warning, "Message {MessageId} of {Channel}: try {Attempt} failed ({Reason}). {Advice}")]
    public static partial void TryFailed(ILogger logger, string channel, Guid messageId, int attempt, string reason, string advice);

    [LoggerMessage(1304, LogLevel.Information, "Message {MessageId} of {Channel} was accepted: {Receipt}.")]
    public static partial void Accepted(ILogger logger, string channel, Guid messageId, string receipt);
}
