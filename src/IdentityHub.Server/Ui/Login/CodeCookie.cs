using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// Ties a code to the browser that has asked for it. A user who is talked
/// into reading out their code gives away nothing that works in another browser.
/// </summary>
internal sealed class CodeCookie(IOptions<HubSettings> settings)
{
    private const int Length = 32;

    private string Name => BrowserCookie.NameOf(settings.Value, "hub-code");

    /// <summary>What the browser has; null for none, or for something that it has not got here.</summary>
    public string? Read(HttpContext http) =>
        http.Request.Cookies[Name] is { } value && Base64Url.IsValid(value, out var length) && length == Length ? value : null;

    /// <summary>What the browser has, or has now: until it is closed.</summary>
    public string Ensure(HttpContext http)
    {
        if (Read(http) is { } known)
            return known;
        var value = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length));
        http.Response.Cookies.Append(Name, value, Options());
        return value;
    }

    /// <summary>Takes it away.</summary>
    public void Delete(HttpContext http) => http.Response.Cookies.Delete(Name, Options());

    private CookieOptions Options() => BrowserCookie.Options(settings.Value, expires: null, SameSiteMode.Strict);
}
