using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Http.Interactions;

/// <summary>
/// The cookie by which a browser that was sent to the login page is known again when it comes back, named by
/// <see cref="BrowserCookie.NameOf"/>. It identifies no user; it only keeps what one browser has done from counting in another. A browser
/// has one for all its requests, until it is closed.
/// </summary>
internal sealed class InteractionCookie(IOptions<HubSettings> settings)
{
    private const int Bytes = 16;

    /// <summary>Name of the cookie on this installation.</summary>
    public string Name { get; } = BrowserCookie.NameOf(settings.Value, "hub-interaction");

    /// <summary>Names the cookie of the request without giving it away; null when there is none.</summary>
    public string? TagOf(HttpContext http) => http.Request.Cookies[Name] is { Length: > 0 } value ? Tag(value) : null;

    /// <summary>Gives the browser its cookie, unless it has one.</summary>
    /// <returns>What <see cref="TagOf"/> will say when it comes back.</returns>
    public string Begin(HttpContext http)
    {
        if (TagOf(http) is { } known)
            return known;
        var value = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(Bytes));
        http.Response.Cookies.Append(Name, value, BrowserCookie.Options(settings.Value, expires: null));
        return Tag(value);
    }

    private static string Tag(string value) => Convert.ToHexStringLower(TokenHash.Of(value).AsSpan(0, 16));
}
