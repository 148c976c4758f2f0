using System.Buffers.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account/sessions</c>: where the user is signed in, and the end of that.</summary>
internal sealed class SessionsModel(
    BrowserCookie browser, Tickets tickets, SessionList sessions, SessionEnd ends, BrowserRemembering remembering, ClientRegistry registry)
    : SignedInPage("account/sessions", browser, tickets), ILocalTimes
{
    private const int Most = 50;

    /// <summary>The one that was seen last first.</summary>
    public IReadOnlyList<ListedSession> Sessions { get; private set; } = [];

    /// <summary>Browsers that stand for the second factor, the one that was used last first.</summary>
    public IReadOnlyList<ListedBrowser> Browsers { get; private set; } = [];

    /// <summary>True when there are more than are shown.</summary>
    public bool HasMore { get; private set; }

    public async Task OnGetAsync()
    {
        var found = await sessions.OfUserAsync(Session.UserId, Context.Now, Most + 1, Aborted);
        HasMore = found.Count > Most;
        Sessions = [.. found.Take(Most).OrderBy(session => session.Id == Session.Id ? 0 : 1)];
        Browsers = await remembering.OfUserAsync(Session.UserId, Context.Now, Aborted);
    }

    /// <summary>Names a browser in the forms of the page.</summary>
    public static string IdOf(ListedBrowser browser) => Base64Url.EncodeToString(browser.SecretHash);

    /// <summary>A browser in words.</summary>
    public string NameOf(ListedBrowser browser) => DeviceText.Describe(browser.UserAgent, Text);

    /// <summary>From the next login on the second factor is asked for in that browser.</summary>
    /// <param name="id">Of the browser; null: in every browser.</param>
    public async Task<IActionResult> OnPostForgetAsync([FromForm] string? id)
    {
        byte[]? hash = null;
        if (id is not null)
        {
            if (!Base64Url.IsValid(id, out var length) || length != TokenHash.Length)
                return SeeOther(Here);
            hash = Base64Url.DecodeFromChars(id);
        }

        await remembering.ForgetAsync(Session.UserId, Session.Id, hash, Context, Aborted);
        return SayDone(hash is null ? "account.browsers.all_forgotten" : "account.browsers.forgotten");
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
