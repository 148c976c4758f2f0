using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Ui.Login;

/// <summary>How a user signs in on a page, whatever they have proven.</summary>
/// <param name="Remember">True when the user wants to stay signed in after the browser was closed.</param>
/// <param name="Ticket">That of the page, which goes along to the second step; null for none.</param>
/// <param name="Next">Where the signed-in user goes.</param>
internal sealed record PageSignIn(bool Remember, string? Ticket, string Next)
{
    /// <summary>True when the user puts off a second factor that they must set up.</summary>
    public bool SkipsEnrolment { get; init; }

    /// <summary>True when the second factor must be proven now, also where the browser stands for it.</summary>
    public bool AsksAnew { get; init; }

    /// <summary>True when the user, who has proven the second factor, does not want to be asked for it again in this browser.</summary>
    public bool RemembersBrowser { get; init; }
}

/// <summary>Signs a browser in once its user has proven who they are, by whichever factor.</summary>
internal sealed class BrowserLogin(
    LoginPolicy policy, SecondFactorLogin factors, PendingLogins pending, BrowserCookie browser, BrowserSessions sessions,
    KnownBrowsers known, BrowserRemembering remembering, RememberedCookie cookie)
{
    /// <summary>
    /// Starts the session and gives the browser its cookie, or sends it to the page on which the second factor is proven, or set up.
    /// </summary>
    /// <param name="user">The user that a factor has authenticated.</param>
    /// <returns>
    /// Where the browser goes; the refusal when the policy does not let the login through, or the credentials have changed meanwhile.
    /// </returns>
    public async Task<Outcome<string>> SignInAsync(HttpContext http, AuthenticatedUser user, PageSignIn signIn, RequestContext context)
    {
        // What has proven the user is used up: the login runs to its end even when the browser has gone, as after a second click.
        http.RequestAborted = CancellationToken.None;
        var (remember, ticket, _) = signIn;
        var decision = await policy.DecideAsync(user, context, http.RequestAborted);
        if (decision is LoginDecision.AskSecondFactor or LoginDecision.EnrolSecondFactor
            && await IsRememberedAsync(http, user, signIn, context))
        {
            user = user.InRememberedBrowser();
            decision = await policy.DecideAsync(user, context, http.RequestAborted);
        }

        switch (decision)
        {
            case LoginDecision.Refuse { Error: var error }:
                return error;
            case LoginDecision.AskSecondFactor:
                return LoginSecondModel.AddressOf(pending.Begin(http, user, remember, mayBeSkipped: false, context), ticket);
            case LoginDecision.EnrolSecondFactor { Skipped: { } skipped } when signIn.SkipsEnrolment:
                return await StartAsync(http, skipped, signIn, context);
            case LoginDecision.EnrolSecondFactor { Skipped: var mayBe }
                when (await factors.NamesOfAsync(user.UserId, http.RequestAborted)).Count > 0:
                // A passkey is a second factor too. The password alone must not add another one.
                return mayBe is not null
                    ? await StartAsync(http, mayBe, signIn, context)
                    : LoginSecondModel.AddressOf(pending.Begin(http, user, remember, mayBeSkipped: false, context), ticket);
            case LoginDecision.EnrolSecondFactor { Skipped: var mayBe }:
                return LoginEnrolModel.AddressOf(pending.Begin(http, user, remember, mayBe is not null, context), ticket);
            case LoginDecision.Issue { Login: var login }:
                return await StartAsync(http, login, signIn, context);
            case var other:
                throw new InvalidOperationException($"The policy has decided {other.GetType().Name}, which has no page.");
        }
    }

    private async Task<Outcome<string>> StartAsync(
        HttpContext http, AdmittedLogin login, PageSignIn signIn, RequestContext context)
    {
        var wasKnown = await known.IsKnownAsync(http, login.UserId, context.Now);
        var started = await sessions.StartAsync(login, signIn.Remember, browser.HandleOf(http), context, http.RequestAborted);
        if (!started.Succeeded)
            return started.Error;
        browser.Write(http, started.Value);
        await known.NoteAsync(http, wasKnown, login.UserId, started.Value.SessionId, context);
        if (signIn.RemembersBrowser)
            await RememberAsync(http, login, started.Value.SessionId, context);
        return signIn.Next;
    }

    private async Task<bool> IsRememberedAsync(HttpContext http, AuthenticatedUser user, PageSignIn signIn, RequestContext context) =>
        !signIn.AsksAnew
        && cookie.SecretOf(http, user.UserId) is { } secret
        && remembering.IsAllowed(user.OrganizationId, context.ClientId)
        && await remembering.TryUseAsync(user.UserId, secret, context, http.RequestAborted);

    private async Task RememberAsync(HttpContext http, AdmittedLogin login, Guid sessionId, RequestContext context)
    {
        if (AuthenticationContext.LevelOf(login.Methods) < 2 || !remembering.IsAllowed(login.OrganizationId, context.ClientId))
            return;
        var before = cookie.SecretOf(http, login.UserId);
        if (await remembering.AddAsync(login.UserId, sessionId, before, context, http.RequestAborted) is { } secret)
            cookie.Write(http, login.UserId, secret, context.Now + BrowserRemembering.Lifetime);
    }
}
