namespace IdentityHub.Server.Authentication.Passwords;

internal static partial class Log
{
    [LoggerMessage(
        1801, LogLevel.Warning,
        "A file of IdentityHub:Passwords:BreachedFolder cannot be read: a new password was not looked up. Make the folder readable.")]
    public static partial void BreachedPasswordsUnreadable(ILogger logger, Exception failure);
}
