namespace IdentityHub.Server.Settings;

internal static partial class Log
{
    [LoggerMessage(1701, LogLevel.Warning,
        "X-Forwarded-For came from {Proxy}, which IdentityHub:TrustedProxies does not name, and is ignored: every caller behind that "
            + "address shares its limits. "
            + "If it is your reverse proxy, add it to IdentityHub:TrustedProxies. This is said once.")]
    public static partial void ForwardedForIgnored(ILogger logger, string proxy);

    [LoggerMessage(1702, LogLevel.Warning,
        "The proxy {Proxy}, which IdentityHub:TrustedProxies names, sends no X-Forwarded-Proto, and IdentityHub:Issuer is https: answers "
            + "carry no Strict-Transport-Security, and what is taken over https only is refused. Let the proxy set X-Forwarded-Proto to "
            + "the scheme that it was reached by; deploy/nginx shows how. This is said once.")]
    public static partial void SchemeMissing(ILogger logger, string proxy);
}
