namespace IdentityHub.Server.Users;

internal static partial class Log
{
    [LoggerMessage(
        1801, LogLevel.Warning,
        "The claims {Claims} of user {UserId} do not fit into the {MaxLength} bytes that claims may take in a token; they were left out.")]
    public static partial void ClaimsLeftOut(ILogger logger, string claims, Guid userId, int maxLength);
}
