using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Sessions;

namespace IdentityHub.Server.Ui.Login;

/// <summary>Signs a browser in once its user has proven who they are, by whichever factor.</summary>
internal sealed class BrowserLogin(
    LoginPolicy policy, SecondFactorLogin factors, PendingLogins pending, BrowserCookie browser, BrowserSessions sessions,
    KnownBrowsers known)
{
    /// <summary>
    /// Starts the session and gives the browser its cookie, or sends it to the page on which the second factor is proven, or set up.
    /// </summary>
    /// <param name="user">The user that a factor has authenticated.</param>
    /// <param name="remember">True when the user wants to stay signed in after the browser was closed.</param>
    /// <param name="ticket">That of the page, which goes along to the second step; null for none.</param>
    /// <param name="next">Where the signed-in user goes.</param>
    /// <param name="skipsEnrolment">True when the user puts off a second factor that they must set up.</param>
    /// <returns>
    /// Where the browser goes; the refusal when the policy does not let the login through, or the credentials have changed meanwhile.
    /// </returns>
    public async Task<Outcome<string>> SignInAsync(
        HttpContext http, AuthenticatedUser user, bool remember, string? ticket, string next, RequestContext context,
        bool skipsEnrolment = false)
    {
        switch (await policy.DecideAsync(user, context, http.RequestAborted))
        {
            case LoginDecision.Refuse { Error: var error }:
                return error;
            case LoginDecision.AskSecondFactor:
                return LoginSecondModel.AddressOf(pending.Begin(http, user, remember, mayBeSkipped: false, context), ticket);
            case LoginDecision.EnrolSecondFactor { Skipped: { } skipped } when skipsEnrolment:
                return await StartAsync(http, skipped, remember, next, context);
            case LoginDecision.EnrolSecondFactor { Skipped: var mayBe }
                when (await factors.NamesOfAsync(user.UserId, http.RequestAborted)).Count > 0:
                // A passkey is a second factor too. The password alone must not add another one.
                return mayBe is not null
                    ? await StartAsync(http, mayBe, remember, next, context)
                    : LoginSecondModel.AddressOf(pending.Begin(http, user, remember, mayBeSkipped: false, context), ticket);
            case LoginDecision.EnrolSecondFactor { Skipped: var mayBe }:
                return LoginEnrolModel.AddressOf(pending.Begin(http, user, remember, mayBe is not null, context), ticket);
            case LoginDecision.Issue { Login: var login }:
                return await StartAsync(http, login, remember, next, context);
            case var other:
                throw new InvalidOperationException($"The policy has decided {other.GetType().Name}, which has no page.");
        }
    }

    private async Task<Outcome<string>> StartAsync(
        HttpContext http, AdmittedLogin login, bool remember, string next, RequestContext context)
    {
        var wasKnown = await known.IsKnownAsync(http, login.UserId, context.Now);
        var started = await sessions.StartAsync(login, remember, browser.HandleOf(http), context, http.RequestAborted);
        if (!started.Succeeded)
            return started.Error;
        browser.Write(http, started.Value);
        await known.NoteAsync(http, wasKnown, login.UserId, started.Value.SessionId, context);
        return next;
    }
}
