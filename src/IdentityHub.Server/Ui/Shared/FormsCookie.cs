using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The cookie that goes with the hidden token of every form. Secure wherever the issuer is https: behind a proxy that ends TLS the request
/// itself does not look it, and the framework's own switch would refuse to work there.
/// </summary>
internal sealed class FormsCookie : CookieBuilder
{
    private readonly bool _isHttps;

    public FormsCookie(HubSettings settings)
    {
        _isHttps = settings.IsHttps;
        Name = BrowserCookie.NameOf(settings, "hub-forms");
        Path = BrowserCookie.PathOf(settings);
        HttpOnly = true;
        IsEssential = true;
        SecurePolicy = CookieSecurePolicy.None;

        // Sent along by the link that brings a user here, so that a second tab does not take the first one's away.
        SameSite = SameSiteMode.Lax;
    }

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = _isHttps;
        return options;
    }
}
