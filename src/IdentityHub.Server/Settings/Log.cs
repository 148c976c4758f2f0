namespace IdentityHub.Server.Settings;

internal static partial class Log
{
    [LoggerMessage(1701, LogLevel.Warning,
        "X-Forwarded-For came from {Proxy}, which IdentityHub:TrustedProxies does not name, and is ignored: every caller behind that "
            + "address shares its limits. "
            + "If it is your reverse proxy, add it to IdentityHub:TrustedProxies. This is said once.")]
    public static partial void ForwardedForIgnored(ILogger logger, string proxy);
}
