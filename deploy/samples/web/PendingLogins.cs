using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Samples.Web;

/// <summary>What the application keeps of a login that it has sent to the hub. RFC 9700 §2.1: the answer must come back to the same browser.</summary>
internal sealed record PendingLogin(string State, string Nonce, string Verifier, string RedirectUri, string ReturnPath)
{
    public static PendingLogin Create(string redirectUri, string returnPath) => new(NewValue(), NewValue(), NewValue(), redirectUri, returnPath);

    // 256 bits; as a verifier 43 characters, the least that RFC 7636 §4.1 takes.
    private static string NewValue() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Keeps them in the browser, encrypted, one cookie for each so that two tabs do not disturb each other; read once.</summary>
internal sealed class PendingLogins(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("demo-web.login").ToTimeLimitedDataProtector();

    public void Keep(HttpContext http, PendingLogin login) =>
        http.Response.Cookies.Append(NameOf(login.State), _protector.Protect(JsonSerializer.Serialize(login), Lifetime), Options(http, Lifetime));

    /// <summary>The login with this <c>state</c>; null when this browser has not begun it, or too long ago.</summary>
    public PendingLogin? Take(HttpContext http, string? state)
    {
        if (string.IsNullOrEmpty(state) || http.Request.Cookies[NameOf(state)] is not { } kept)
            return null;
        http.Response.Cookies.Delete(NameOf(state), Options(http, maxAge: null));
        try
        {
            return JsonSerializer.Deserialize<PendingLogin>(_protector.Unprotect(kept)) is { } login && login.State == state ? login : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // The state is too long for a name, and comes from a request.
    private static string NameOf(string state) => $"demo-web-login-{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(state)).AsSpan(0, 8))}";

    private static CookieOptions Options(HttpContext http, TimeSpan? maxAge) =>
        new() { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, Path = Login.CallbackPath, MaxAge = maxAge };
}
