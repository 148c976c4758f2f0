using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Server.Users;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login</c>: a user proves who he is, and the browser goes on where it came from. Where to comes from a ticket of the hub, never from a
/// parameter that anybody can write. ASSURANCE I5, S1.
/// </summary>
internal sealed class LoginModel(Tickets tickets, BrowserCookie browser, BrowserSessions sessions, PasswordCheck passwords, ClientRegistry registry)
    : HubPage("login")
{
    // RFC 8176 §2.
    private const string Method = "pwd";
    private LoginTicket _ticket = null!;

    /// <summary>Handed on from one try to the next.</summary>
    public string? Ticket { get; private set; }

    public string? UserName { get; private set; }

    /// <summary>True when the user wants to stay signed in after the browser was closed.</summary>
    public bool Remember { get; private set; }

    /// <summary>For whom the user signs in; null when for the hub itself.</summary>
    public string? ClientName { get; private set; }

    /// <summary>True when the ticket is no good any more: the application has to be opened again.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>Who is signed in, where the client wants the user to choose; null elsewhere.</summary>
    public StoredBrowserSession? SignedIn { get; private set; }

    /// <summary>True when the client has sent the user here to make an account.</summary>
    public bool AsksForAccount => _ticket.CreatesAccount;

    /// <summary>Where the user ends up who does not want to log in; null for nowhere.</summary>
    public string? CancelUrl => _ticket.Marker is { } marker ? tickets.AddressAfter(_ticket, marker with { Cancelled = true }, Call.Now) : null;

    public bool FocusesUserName => Failures.Count == 0 && SignedIn is null && string.IsNullOrEmpty(UserName);

    public bool FocusesPassword => Failures.Count == 0 && SignedIn is null && !string.IsNullOrEmpty(UserName);

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        var isFromClient = Read(ticket);
        if (!isFromClient && await browser.FindSessionAsync(HttpContext, Call.Now) is not null)
            return SeeOther(WellKnown.Account);
        UserName = _ticket.LoginHint;
        await FindChoiceAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? ticket, [FromForm] string? username, [FromForm] string? password, [FromForm] bool remember)
    {
        Read(ticket);
        (UserName, Remember) = (username, remember);
        var user = await passwords.CheckAsync(username ?? "", password ?? "", Call, Aborted);
        if (!user.Succeeded)
            return await RefusedAsync(user.Error);

        var current = await browser.FindSessionAsync(HttpContext, Call.Now);
        var started = await sessions.StartAsync(user.Value, Method, remember, current, Call, Aborted);
        if (!started.Succeeded)
            return await RefusedAsync(started.Error);

        browser.Write(HttpContext, started.Value);
        return SeeOther(tickets.AddressAfter(_ticket, _ticket.Marker, Call.Now));
    }

    /// <summary>The user goes on as who is signed in.</summary>
    /// <param name="session">The one that the page named: another may have been signed in since.</param>
    public async Task<IActionResult> OnPostContinueAsync([FromForm] string? ticket, [FromForm] Guid session)
    {
        Read(ticket);
        if (await browser.FindSessionAsync(HttpContext, Call.Now) is { } current && current.Id == session)
            return SeeOther(tickets.AddressAfter(_ticket, _ticket.Marker is { } marker ? marker with { ChosenSessionId = session } : null, Call.Now));
        await FindChoiceAsync();
        return Page();
    }

    // True when the ticket is good.
    private bool Read(string? ticket)
    {
        var read = tickets.Unprotect<LoginTicket>(ticket, Call.Now);
        _ticket = read ?? LoginTicket.For(WellKnown.Account);
        Ticket = read is null ? null : ticket;
        HasExpired = read is null && !string.IsNullOrEmpty(ticket);
        Call.ClientId = _ticket.ClientId;
        ClientName = _ticket.ClientId is { } id ? registry.Current.Find(id)?.Name : null;
        HttpContext.Speak(_ticket.UiLocales);
        PageHeaders.AllowFormTarget(HttpContext, _ticket.FormTarget);
        return read is not null;
    }

    private async Task FindChoiceAsync() =>
        SignedIn = _ticket.SwitchAccount ? await browser.FindSessionAsync(HttpContext, Call.Now) : null;

    private async Task<IActionResult> RefusedAsync(OAuthError error)
    {
        await FindChoiceAsync();
        return await RefuseAsync(error, field: "username");
    }
}
