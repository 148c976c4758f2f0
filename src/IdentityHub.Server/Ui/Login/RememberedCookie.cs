using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// The secrets of the users who have the browser stand for their second factor, each after a keyed hash of its user: one user of a shared
/// browser does not take another one's away.
/// </summary>
internal sealed class RememberedCookie(KeyProtector protector, IOptions<HubSettings> settings)
{
    private const int TagBytes = 16;
    private const int SecretBytes = 32;
    private const int MostUsers = 8;
    private const char Separator = '.';
    private static readonly int TagLength = Base64Url.GetEncodedLength(TagBytes);
    private readonly byte[] _key = protector.DeriveKey("remembered-browser");

    private string Name => BrowserCookie.NameOf(settings.Value, "hub-remembered");

    /// <summary>The secret that the browser has for the user; null for none.</summary>
    public string? SecretOf(HttpContext http, Guid userId)
    {
        var tag = TagOf(userId);
        return Read(http).FirstOrDefault(entry => entry.StartsWith(tag, StringComparison.Ordinal))?[TagLength..];
    }

    /// <summary>Gives the browser a secret for the user, in place of the one before it.</summary>
    public void Write(HttpContext http, Guid userId, string secret, DateTimeOffset expires)
    {
        // The user who was remembered last comes first, so that the one before all others is left out.
        var tag = TagOf(userId);
        var entries = Read(http)
            .Where(entry => !entry.StartsWith(tag, StringComparison.Ordinal))
            .Prepend(tag + secret)
            .Take(MostUsers);
        http.Response.Cookies.Append(
            Name, string.Join(Separator, entries), BrowserCookie.Options(settings.Value, expires, SameSiteMode.Strict));
    }

    private IEnumerable<string> Read(HttpContext http) =>
        (http.Request.Cookies[Name] ?? "").Split(Separator).Where(IsEntry).Take(MostUsers);

    private static bool IsEntry(string text) =>
        text.Length == TagLength + Base64Url.GetEncodedLength(SecretBytes)
        && Base64Url.IsValid(text.AsSpan(0, TagLength))
        && Base64Url.IsValid(text.AsSpan(TagLength));

    private string TagOf(Guid userId) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, userId.ToByteArray()).AsSpan(0, TagBytes));
}
