using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A page for the user who is signed in: others are sent to log in first, and come back. A form that was made for one session does nothing
/// in another: a second user of the browser does not post what the first one has typed.
/// </summary>
/// <param name="endpoint">Path without its leading slash.</param>
internal abstract class SignedInPage(string endpoint, BrowserCookie browser, Tickets tickets) : HubPage(endpoint)
{
    /// <summary>Name of the hidden field that says for which session a form was made.</summary>
    public const string SessionField = "session";

    // What changes how one signs in needs a login that is not older.
    private static readonly TimeSpan RecentLogin = TimeSpan.FromMinutes(15);

    public StoredBrowserSession Session { get; private set; } = null!;

    /// <summary>
    /// True while the login is fresh enough to change credentials. Of a user who has a second factor, that login must have proven it.
    /// </summary>
    public bool IsRecent =>
        Context.Now - Session.AuthenticatedAt <= RecentLogin
        && (!Session.HasSecondFactor || AuthenticationContext.LevelOf(Session.AuthenticationMethods) > 1);

    /// <summary>The address where the user logs in again, and comes back.</summary>
    public string LoginAgainUrl => LoginAgainUrlFor(Here, clientId: null);

    /// <summary>What the page has just done, in words; null for nothing.</summary>
    public string? Done { get; private set; }

    protected BrowserCookie Browser => browser;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await browser.FindSessionAsync(HttpContext, Context.Now) is not { } session)
        {
            context.Result = SeeOther(LoginUrl(LoginTicket.For(Here)));
            return;
        }

        Session = session;
        if (HttpMethods.IsPost(Request.Method) && Request.Form[SessionField] != session.Id.ToString())
        {
            context.Result = SeeOther(Here);
            return;
        }

        Done =
            tickets.Unprotect<DoneTicket>(Request.Query["done"], Context.Now) is { } done && done.SessionId == session.Id
                ? Text[done.TextKey]
                : null;
        await next();
    }

    /// <summary>The same for what a client wants of the user, whose rules about the second factor count too.</summary>
    /// <param name="here">Where the user comes back to.</param>
    /// <param name="clientId">Null: the hub itself.</param>
    protected string LoginAgainUrlFor(string here, string? clientId) => LoginUrl(
        LoginTicket.For(here) with { ClientId = clientId, LoginHint = Session.UserName, AsksSecondFactor = true });

    /// <summary>Shows the page anew, and says on it what was done.</summary>
    protected IActionResult SayDone(string textKey) =>
        SeeOther(RedirectUris.WithQuery(Here, $"done={tickets.Protect(new DoneTicket(textKey, Session.Id), Context.Now)}"));

    private string LoginUrl(LoginTicket ticket) => tickets.AddressOf(ticket, Context.Now);

    private sealed record DoneTicket(string TextKey, Guid SessionId);
}
