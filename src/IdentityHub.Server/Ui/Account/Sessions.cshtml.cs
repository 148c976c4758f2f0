using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account/sessions</c>: where the user is signed in, and the end of that.</summary>
internal sealed class SessionsModel(BrowserCookie browser, Tickets tickets, SessionList sessions, SessionEnd ends, ClientRegistry registry)
    : SignedInPage("account/sessions", browser, tickets), ILocalTimes
{
    private const int Most = 50;

    /// <summary>The one that was seen last first.</summary>
    public IReadOnlyList<ListedSession> Sessions { get; private set; } = [];

    /// <summary>True when there are more than are shown.</summary>
    public bool HasMore { get; private set; }

    public async Task OnGetAsync()
    {
        var found = await sessions.OfUserAsync(Session.UserId, Context.Now, Most + 1, Aborted);
        HasMore = found.Count > Most;
        Sessions = [.. found.Take(Most).OrderBy(session => session.Id == Session.Id ? 0 : 1)];
    }

    public async Task<IActionResult> OnPostEndAsync([FromForm] Guid id)
    {
        // This one is ended by signing out, which tells the clients through the browser too.
        if (id == Session.Id)
            return SeeOther(WellKnown.Logout);
        await ends.EndOfUserAsync(Session.UserId, id, SessionEndReasons.EndedByUser, Context, Aborted);
        return SayDone("account.sessions.ended");
    }

    public async Task<IActionResult> OnPostEndOthersAsync()
    {
        await ends.EndAllOfUserAsync(Session.UserId, Session.Id, SessionEndReasons.EndedByUser, Context, Aborted);
        return SayDone("account.sessions.others_ended");
    }

    /// <summary>What the session is, in words: a device, or an application that has logged in on the user's behalf.</summary>
    public string NameOf(ListedSession session)
    {
        var device = DeviceText.Describe(session.UserAgent, Text);
        return session.ClientId is { } id
            ? Text.With("account.sessions.through", ("client", registry.Current.Find(id)?.Name ?? id), ("device", device))
            : device;
    }
}
