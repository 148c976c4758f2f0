using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Ui.ControlRoom.SignIn;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>A user in the control room, as they are at this request.</summary>
/// <param name="Stored">Their roles, as they are stored.</param>
internal sealed record ControlRoomVisit(StoredBrowserSession Session, StoredRights Stored)
{
    // What may harm many, or cannot be undone, needs a login that is not older.
    private static readonly TimeSpan FreshLogin = TimeSpan.FromMinutes(5);

    public HeldRights Rights { get; } = HeldRights.Of(Stored);

    /// <summary>True where the login has proven the second factor of a user who has one, in this very login.</summary>
    public bool HasProvenFactor =>
        !Session.HasSecondFactor
        || (AuthenticationContext.LevelOf(Session.AuthenticationMethods) > 1 && !Session.HasRememberedFactor);

    /// <summary>True while the login is young enough for dangerous actions.</summary>
    public bool IsFresh(DateTimeOffset now) => now - Session.AuthenticatedAt <= FreshLogin && HasProvenFactor;

    /// <summary>The caller as whom operations are called: everything that the user's rights allow.</summary>
    public AdminCaller Caller => new(BuiltInClients.ControlRoom, Session.UserId, Rights) { Scopes = [AdministratorScope.Name] };
}

/// <summary>
/// Lets a browser into the control room: its session lives, it has entered in that session within the idle time, and its rights are read
/// anew. A logout, a block and a role that is taken away count at the next click.
/// </summary>
internal sealed class ControlRoomAccess(
    ControlRoomSignIn signIn, BrowserCookie browser, RightsStore rights, Tickets tickets, AdminDispatch dispatch)
{
    /// <summary>For notices of what was done.</summary>
    public Tickets Tickets => tickets;

    /// <summary>Calls operations.</summary>
    public AdminDispatch Dispatch => dispatch;

    /// <summary>Who the browser's user is; null where they must log in first.</summary>
    /// <param name="prolongs">True for a click of the user, from which the idle time runs anew.</param>
    public async Task<ControlRoomVisit?> FindAsync(HttpContext http, RequestContext context, bool prolongs)
    {
        if (await browser.FindSessionAsync(http, context.Now) is not { } session
            || !signIn.IsInside(http, session.Id, prolongs, context.Now)
            || await rights.FindAsync(session.UserId, http.RequestAborted) is not { } stored)
            return null;
        var visit = new ControlRoomVisit(session, stored);
        return visit.HasProvenFactor ? visit : null;
    }

    /// <inheritdoc cref="ControlRoomSignIn.Begin"/>
    public string LoginAddress(HttpContext http, string returnPath, bool asksAnew, string? loginHint, DateTimeOffset now) =>
        signIn.Begin(http, returnPath, asksAnew, loginHint, now);
}
