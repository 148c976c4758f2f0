using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// Tells users by e-mail of a sign-in with a browser that they have not used before. A browser is known by a cookie with a keyed hash of
/// each user who signed in with it. The cookie opens nothing: all that it does is to keep the notice back.
/// </summary>
internal sealed class KnownBrowsers(
    KeyProtector protector, BrowserCookie browser, SecurityNotices notices, IOptions<HubSettings> settings)
{
    private const int TagBytes = 16;
    private const int MostUsers = 8;
    private const char Separator = '.';
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);
    private readonly byte[] _key = protector.DeriveKey("known-browser");

    private string Name => BrowserCookie.NameOf(settings.Value, "hub-known");

    /// <summary>True when the user has signed in with the browser before. To be asked before the session starts.</summary>
    public async Task<bool> IsKnownAsync(HttpContext http, Guid userId, DateTimeOffset now) =>
        Read(http).Contains(TagOf(userId)) || (await browser.FindSessionAsync(http, now))?.UserId == userId;

    /// <summary>Remembers the user in the browser, and sends the notice where the browser was not known.</summary>
    /// <param name="wasKnown">The answer of <see cref="IsKnownAsync"/>.</param>
    public async Task NoteAsync(HttpContext http, bool wasKnown, Guid userId, Guid sessionId, RequestContext context)
    {
        // The user who has signed in last comes first, so that the one who has not for longest is forgotten.
        var tag = TagOf(userId);
        var tags = Read(http).Where(known => known != tag).Prepend(tag).Take(MostUsers);
        http.Response.Cookies.Append(
            Name, string.Join(Separator, tags), BrowserCookie.Options(settings.Value, context.Now + Lifetime));
        if (!wasKnown)
            await notices.SendNewBrowserAsync(
                userId, sessionId, DeviceText.Describe(context.UserAgent, http.Texts()), context, http.RequestAborted);
    }

    private IEnumerable<string> Read(HttpContext http) =>
        (http.Request.Cookies[Name] ?? "").Split(Separator).Where(IsTag).Take(MostUsers);

    private static bool IsTag(string text) => Base64Url.IsValid(text, out var length) && length == TagBytes;

    private string TagOf(Guid userId) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, userId.ToByteArray()).AsSpan(0, TagBytes));
}
