using System.Net;
using IdentityHub.Server.Audit;

namespace IdentityHub.Server.Http;

/// <summary>Makes the <see cref="Call"/> of a request.</summary>
internal static class Calls
{
    /// <summary>The call of a request that has come through <paramref name="door"/>.</summary>
    public static Call NewCall(this HttpContext http, string door)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        return new Call(
            door, Address(http.Connection.RemoteIpAddress), agent.Length == 0 ? null : StoredText.Of(agent, 256),
            http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), http.Request.Headers.TraceParent);
    }

    private static string Address(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address.ToString(),
    };
}
