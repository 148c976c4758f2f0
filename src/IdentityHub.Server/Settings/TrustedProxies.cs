using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Settings;

/// <summary>What is believed of the reverse proxies in front, and what browsers are told of https.</summary>
internal static class TrustedProxies
{
    /// <summary>
    /// Longest header of a proxy, in characters: over a hundred addresses. An unauthenticated caller fills what a proxy passes on; each
    /// entry costs time to read.
    /// </summary>
    public const int MaxHeaderLength = 4096;

    private static readonly string[] ForwardedHeaders =
    [
        ForwardedHeadersDefaults.XForwardedForHeaderName,
        ForwardedHeadersDefaults.XForwardedHostHeaderName,
        ForwardedHeadersDefaults.XForwardedProtoHeaderName,
        ForwardedHeadersDefaults.XForwardedPrefixHeaderName,
    ];

    // Set once a warning was written: one is enough for the life of the process.
    private sealed class Warning
    {
        public int Written;
    }

    /// <summary>
    /// Forwarded headers count from the configured proxies only; without any they are not even read. Where they come from elsewhere, a
    /// warning says once what to set; the same where a trusted proxy does not say that it was reached over https. Outside Development
    /// answers over https carry <c>Strict-Transport-Security</c>, unless the host is this machine.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<IOptions<HubSettings>>().Value;
        if (HubSettingsValidator.ForwardedAddresses(settings).Any())
        {
            app.Use(RefuseLongHeaders);
            app.UseForwardedHeaders();
        }

        var (warning, schemeWarning) = (new Warning(), new Warning());
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TrustedProxies));
        app.Use((http, next) =>
        {
            if (warning.Written == 0 && IsIgnored(http.Request.Headers) && Interlocked.Exchange(ref warning.Written, 1) == 0)
                Log.ForwardedForIgnored(logger, http.Connection.RemoteIpAddress?.ToString() ?? "unknown");
            if (settings.IsHttps && schemeWarning.Written == 0 && CameWithoutScheme(http.Request)
                && Interlocked.Exchange(ref schemeWarning.Written, 1) == 0)
                Log.SchemeMissing(logger, http.Request.Headers[ForwardedHeadersDefaults.XOriginalForHeaderName].ToString());
            return next(http);
        });
        if (!settings.IsDevelopment)
            app.UseHsts();
    }

    // RFC 6585 §5. Which endpoint answers, and in which shape, is not known yet.
    private static Task RefuseLongHeaders(HttpContext http, RequestDelegate next)
    {
        foreach (var name in ForwardedHeaders)
        {
            if (http.Request.Headers.TryGetValue(name, out var values) && values.Sum(value => value?.Length ?? 0) > MaxHeaderLength)
            {
                http.Response.StatusCode = StatusCodes.Status431RequestHeaderFieldsTooLarge;
                return http.Response.WriteAsync($"The header {name} is longer than {MaxHeaderLength} characters.");
            }
        }

        return next(http);
    }

    // Of a trusted proxy, which has said who calls and not by which scheme: what the proxy itself came by is left.
    private static bool CameWithoutScheme(HttpRequest request) =>
        !request.IsHttps
        && request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName)
        && !request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalProtoHeaderName);

    // What a trusted proxy has sent is moved into the second header.
    private static bool IsIgnored(IHeaderDictionary headers) =>
        headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
        && !headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);
}
