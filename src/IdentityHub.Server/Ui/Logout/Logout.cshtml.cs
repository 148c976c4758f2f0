using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Logout;

/// <summary>
/// <c>/logout</c>: asks whether to log out, or says that it is done, loads the frames that tell the clients, and leads back to the client
/// that the user came from. Without a ticket of the hub it asks the signed-in user.
/// </summary>
internal sealed class LogoutModel(Tickets tickets, BrowserCookie browser, BrowserLogout logout, ClientRegistry registry) : HubPage("logout")
{
    private static readonly TimeSpan FramesTime = TimeSpan.FromSeconds(5);
    private LogoutTicket _ticket = null!;

    /// <summary>Handed on with the answer.</summary>
    public string? Ticket { get; private set; }

    /// <summary>The user who is asked; null when there is nothing to ask.</summary>
    public StoredBrowserSession? Session { get; private set; }

    /// <summary>Frames to load.</summary>
    public IReadOnlyList<string> FrontChannelUris { get; private set; } = [];

    /// <summary>Where the user came from; null for nowhere.</summary>
    public string? RedirectUri { get; private set; }

    /// <summary>The client that the user came from; null for none.</summary>
    public string? ClientName => _ticket.ClientId is { } id ? registry.Current.Find(id)?.Name : null;

    public async Task OnGetAsync(string? ticket)
    {
        await ReadAsync(ticket);
        await ShowAsync();
    }

    /// <summary>
    /// The user wants to log out of the session that the page showed. If the browser has another one by now, the user is asked again.
    /// </summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? ticket, [FromForm] Guid? session, [FromForm] bool everywhere)
    {
        await ReadAsync(ticket);
        if (await browser.FindSessionAsync(HttpContext, Context.Now) is not { } current || current.Id != session)
        {
            await ShowAsync();
            return Page();
        }

        return SeeOther(everywhere
            ? await logout.EndEverywhereAsync(HttpContext, current, _ticket, Context)
            : await logout.EndAsync(HttpContext, current.Id, _ticket, Context));
    }

    private async Task ReadAsync(string? ticket)
    {
        _ticket = tickets.Unprotect<LogoutTicket>(ticket, Context.Now) ?? new LogoutTicket(null, null, null) { AsksFirst = true };
        Context.ClientId = _ticket.ClientId;
        Ticket = ticket;
        RedirectUri = await logout.RedirectUriAsync(_ticket, Context, HttpContext.RequestAborted);
        HttpContext.SetRequestLanguage(_ticket.UiLocales);
    }

    private async Task ShowAsync()
    {
        // A signed-in user is asked, whatever the ticket says: it may belong to another user's logout.
        if (await browser.FindSessionAsync(HttpContext, Context.Now) is { } session)
        {
            Session = session;
            _ticket = _ticket with { AsksFirst = true, EndedSessionId = null, FrontChannelClientIds = [] };
            if (RedirectUri is not null)
                PageHeaders.AllowFormsElsewhere(HttpContext);
            return;
        }

        FrontChannelUris = logout.FrontChannelUris(_ticket, Context);
        PageHeaders.AllowFrames(HttpContext, FrontChannelUris);

        // When the frames have had their time, the browser goes on by itself. Without frames it has been sent on already, or the
        // user only gets a link to follow: its target was not confirmed.
        if (FrontChannelUris.Count > 0 && RedirectUri is { } next)
            RefreshAfter(FramesTime, next);
    }
}
