using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Ui.Login;

/// <summary>Signs a browser in once its user has proven who he is, however he did.</summary>
internal sealed class BrowserLogin(BrowserCookie browser, BrowserSessions sessions)
{
    /// <summary>Starts the session and gives the browser its cookie.</summary>
    /// <param name="methods"><c>amr</c> values (RFC 8176) separated by one space.</param>
    /// <returns>The refusal when the user's credentials have changed meanwhile; else null.</returns>
    public async Task<OAuthError?> SignInAsync(HttpContext http, StoredCredential user, string methods, bool remember, RequestContext context)
    {
        var started = await sessions.StartAsync(user, methods, remember, browser.HandleOf(http), context, http.RequestAborted);
        if (!started.Succeeded)
            return started.Error;
        browser.Write(http, started.Value);
        return null;
    }
}
