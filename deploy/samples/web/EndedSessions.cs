using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;

namespace Samples.Web;

/// <summary>
/// Sessions of the hub that have ended while a cookie of this application may still name them. An application on several machines keeps
/// them where all can see them.
/// </summary>
internal sealed class EndedSessions(IMemoryCache cache, TimeProvider time)
{
    /// <summary>An end need not be remembered for longer.</summary>
    public static readonly TimeSpan CookieLifetime = TimeSpan.FromHours(8);

    /// <summary>The session has ended; where none is named, all that the user had until now. Back-Channel Logout §2.4.</summary>
    public void Add(string? sid, string? sub) => cache.Set(sid is null ? OfUser(sub!) : OfSession(sid), time.GetUtcNow(), CookieLifetime);

    /// <summary>Looks at every cookie that comes in.</summary>
    public static async Task RejectAsync(CookieValidatePrincipalContext context)
    {
        var ended = context.HttpContext.RequestServices.GetRequiredService<EndedSessions>();
        if (ended.Concerns(context.Principal!, context.Properties.IssuedUtc))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync();
        }
    }

    private bool Concerns(ClaimsPrincipal user, DateTimeOffset? issued) =>
        cache.TryGetValue(OfSession(user.FindFirstValue("sid")!), out _)
        || (cache.TryGetValue(OfUser(user.FindFirstValue("sub")!), out DateTimeOffset ended) && !(issued > ended));

    private static string OfSession(string sid) => $"ended-session:{sid}";

    private static string OfUser(string sub) => $"ended-user:{sub}";
}
