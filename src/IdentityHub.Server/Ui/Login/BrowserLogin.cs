using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Ui.Login;

/// <summary>Signs a browser in once its user has proven who they are, by whichever factor.</summary>
internal sealed class BrowserLogin(LoginPolicy policy, PendingLogins pending, BrowserCookie browser, BrowserSessions sessions)
{
    /// <summary>Starts the session and gives the browser its cookie, or sends it to the page of the second factor.</summary>
    /// <param name="user">The user that a factor has authenticated.</param>
    /// <param name="remember">True when the user wants to stay signed in after the browser was closed.</param>
    /// <param name="ticket">That of the page, which goes along to the second step; null for none.</param>
    /// <param name="next">Where the signed-in user goes.</param>
    /// <returns>
    /// Where the browser goes; the refusal when the policy does not let the login through, or the credentials have changed meanwhile.
    /// </returns>
    public async Task<Outcome<string>> SignInAsync(
        HttpContext http, AuthenticatedUser user, bool remember, string? ticket, string next, RequestContext context)
    {
        switch (await policy.DecideAsync(user, context, http.RequestAborted))
        {
            case LoginDecision.Refuse { Error: var error }:
                return error;
            case LoginDecision.AskSecondFactor:
                return LoginSecondModel.AddressOf(pending.Begin(http, user, remember, context), ticket);
            case LoginDecision.Issue { Login: var login }:
                var started = await sessions.StartAsync(login, remember, browser.HandleOf(http), context, http.RequestAborted);
                if (!started.Succeeded)
                    return started.Error;
                browser.Write(http, started.Value);
                return next;
            case var other:
                throw new InvalidOperationException($"The policy has decided {other.GetType().Name}, which has no page.");
        }
    }
}
