using IdentityHub.Protocol;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Http;

/// <summary>
/// The cookie that names a browser's session: <c>__Host-hub</c> over https, <c>__Secure-hub</c> where the issuer has a path, <c>hub</c>
/// over http in Development. ASSURANCE S5. It crosses sites only by a link (SameSite=Lax), which is what sends a user to the authorization
/// endpoint.
/// </summary>
internal sealed class BrowserCookie(BrowserSessions sessions, IOptions<HubSettings> settings)
{
    private static readonly object Found = new();

    /// <summary>Name of the cookie on this installation.</summary>
    public string Name { get; } = NameOf(settings.Value, "hub");

    /// <summary>The session of the browser that sent the request; null when it is not signed in. Read once a request.</summary>
    public async ValueTask<StoredBrowserSession?> FindSessionAsync(HttpContext http, DateTimeOffset now)
    {
        if (http.Items.TryGetValue(Found, out var known))
            return (StoredBrowserSession?)known;
        var session = await sessions.FindAsync(http.Request.Cookies[Name], now, http.RequestAborted);
        http.Items[Found] = session;
        return session;
    }

    /// <summary>
    /// True when the cookie of the request is that of a session which has not ended, be it idle for too long or past its time.
    /// </summary>
    public Task<bool> IsOfAsync(HttpContext http, Guid sessionId) =>
        sessions.IsHandleOfAsync(http.Request.Cookies[Name], sessionId, http.RequestAborted);

    /// <summary>What the cookie of the request says; null when there is none. A secret.</summary>
    public string? HandleOf(HttpContext http) => http.Request.Cookies[Name];

    /// <summary>Names the cookie of the request without giving it away; null when there is none.</summary>
    public string? TagOf(HttpContext http) =>
        http.Request.Cookies[Name] is { Length: > 0 } handle ? Convert.ToHexStringLower(TokenHash.Of(handle).AsSpan(0, 8)) : null;

    /// <summary>
    /// Gives the browser its cookie: until it is closed, or until <see cref="StartedBrowserSession.ExpiresAt"/> when the user asked for
    /// that.
    /// </summary>
    public void Write(HttpContext http, StartedBrowserSession session)
    {
        http.Items.Remove(Found);
        http.Response.Cookies.Append(Name, session.Handle, Options(settings.Value, session.IsPersistent ? session.ExpiresAt : null));
    }

    /// <summary>Takes the cookie away.</summary>
    public void Delete(HttpContext http)
    {
        http.Items[Found] = null;
        http.Response.Cookies.Delete(Name, Options(settings.Value, expires: null));
    }

    /// <summary>
    /// The whole name of a cookie of the hub. A browser takes <c>__Host-</c> for a whole host only (path <c>/</c>); below a path the prefix
    /// is <c>__Secure-</c>. RFC 6265bis §4.1.3.
    /// </summary>
    /// <param name="name">E.g. <c>hub-forms</c>.</param>
    public static string NameOf(HubSettings settings, string name) => (settings.IsHttps, settings.PublicPath.Length) switch
    {
        (false, _) => name,
        (true, 0) => "__Host-" + name,
        _ => "__Secure-" + name,
    };

    /// <summary>Where every cookie of the hub is sent: to the issuer's path, and not to what else the host serves.</summary>
    public static string PathOf(HubSettings settings) => settings.PublicPath.Length == 0 ? "/" : settings.PublicPath;

    /// <summary>How every cookie of the hub is set.</summary>
    /// <param name="expires">Null: with the browser's session.</param>
    public static CookieOptions Options(HubSettings settings, DateTimeOffset? expires, SameSiteMode sameSite = SameSiteMode.Lax) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = PathOf(settings),
        SameSite = sameSite,
        Secure = settings.IsHttps,
        Expires = expires,
    };
}
