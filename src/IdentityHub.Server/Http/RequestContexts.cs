using System.Net;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Http;

/// <summary>Makes the <see cref="RequestContext"/> of a request.</summary>
internal static class RequestContexts
{
    /// <summary>The call of a request that has come through <paramref name="endpoint"/>.</summary>
    public static RequestContext NewRequestContext(this HttpContext http, string endpoint)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        return new RequestContext(
            endpoint, Address(http.Connection.RemoteIpAddress), agent.Length == 0 ? null : StoredText.Of(agent, 256),
            http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), http.Request.Headers.TraceParent);
    }

    private static string Address(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address.ToString(),
    };
}
