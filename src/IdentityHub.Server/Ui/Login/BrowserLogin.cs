using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Ui.Login;

/// <summary>Signs a browser in once its user has proven who they are, by whichever factor.</summary>
internal sealed class BrowserLogin(LoginPolicy policy, BrowserCookie browser, BrowserSessions sessions)
{
    /// <summary>Starts the session and gives the browser its cookie.</summary>
    /// <param name="user">The user that a factor has authenticated.</param>
    /// <returns>
    /// The refusal when the policy does not let the login through, or the user's credentials have changed meanwhile; else null.
    /// </returns>
    public async Task<Refusal?> SignInAsync(HttpContext http, AuthenticatedUser user, bool remember, RequestContext context)
    {
        // The page of a second factor comes in here. There is none yet, so a login that needs one is refused.
        var login = await policy.AdmitAsync(user, context, http.RequestAborted);
        if (!login.Succeeded)
            return login.Error;
        var started = await sessions.StartAsync(login.Value, remember, browser.HandleOf(http), context, http.RequestAborted);
        if (!started.Succeeded)
            return started.Error;
        browser.Write(http, started.Value);
        return null;
    }
}
