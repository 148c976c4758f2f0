using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Ui.ControlRoom.SignIn;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>A user in the control room, as they are at this request.</summary>
/// <param name="Stored">Their roles, as they are stored.</param>
/// <param name="HasProvenFactors">True where the login has proven what the user must prove by now: <see cref="FactorProof"/>.</param>
internal sealed record ControlRoomVisit(StoredBrowserSession Session, StoredRights Stored, bool HasProvenFactors)
{
    // What may harm many, lets somebody in, or cannot be undone, needs a login that is not older.
    private static readonly TimeSpan FreshLogin = TimeSpan.FromMinutes(5);

    public HeldRights Rights { get; } = HeldRights.Of(Stored);

    /// <summary>True while the login is young enough for actions that need a fresh one, and has proven what it must.</summary>
    public bool IsFresh(DateTimeOffset now) => now - Session.AuthenticatedAt <= FreshLogin && HasProvenFactors;

    /// <summary>The caller as whom operations are called: everything that the user's rights allow.</summary>
    public AdminCaller Caller => new(BuiltInClients.ControlRoom, Session.UserId, Rights) { Scopes = [AdministratorScope.Name] };
}

/// <summary>
/// Lets a browser into the control room: its session lives, it has entered in that session within the idle time, and its rights and what
/// it must prove are read anew. A logout, a block and a role that is taken away count at the next click.
/// </summary>
internal sealed class ControlRoomVisits(ControlRoomSignIn signIn, BrowserCookie browser, RightsStore rights, FactorProof proof)
{
    /// <summary>Who the browser's user is; null where they have not entered, or may not any more.</summary>
    /// <param name="prolongs">True for a click of the user, from which the idle time runs anew.</param>
    public async Task<ControlRoomVisit?> FindAsync(HttpContext http, RequestContext context, bool prolongs)
    {
        if (await browser.FindSessionAsync(http, context.Now) is not { } session
            || !signIn.IsInside(http, session.Id, prolongs, context.Now)
            || await rights.FindAsync(session.UserId, http.RequestAborted) is not { } stored)
            return null;
        return new ControlRoomVisit(session, stored, await proof.IsInAsync(session, context.Now, http.RequestAborted));
    }
}
