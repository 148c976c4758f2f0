using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Server.Users;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login</c>: a user proves who he is, and the browser goes on where it came from. Where to comes from a ticket of the hub, never from a
/// parameter that anybody can write. ASSURANCE I5, S1.
/// </summary>
internal sealed class LoginModel(Tickets tickets, BrowserCookie browser, BrowserSessions sessions, PasswordCheck passwords, AuditTrail audit) : PageModel
{
    // RFC 8176 §2.
    private const string Method = "pwd";
    private Call _call = null!;
    private LoginTicket _ticket = null!;

    /// <summary>Handed on from one try to the next.</summary>
    public string? Ticket { get; private set; }

    public string? UserName { get; private set; }

    /// <summary>Why the last try failed: one public sentence.</summary>
    public string? Failure { get; private set; }

    /// <summary>The user who is signed in, where the client wants him to choose; null elsewhere.</summary>
    public string? SignedInAs { get; private set; }

    /// <summary>Where the user ends up who does not want to log in; null for nowhere.</summary>
    public string? CancelUrl => _ticket.Marker is { } marker ? AddressWith(marker with { Cancelled = true }) : null;

    public async Task OnGetAsync(string? ticket)
    {
        Read(ticket);
        UserName = _ticket.LoginHint;
        await FindChoiceAsync();
    }

    public async Task<IActionResult> OnPostAsync(string? ticket, string? username, string? password, bool remember)
    {
        Read(ticket);
        UserName = username;
        var user = await passwords.CheckAsync(username ?? "", password ?? "", _call, HttpContext.RequestAborted);
        if (!user.Succeeded)
            return await RefusedAsync(user.Error);

        var current = await browser.FindSessionAsync(HttpContext, _call.Now);
        var started = await sessions.StartAsync(user.Value, Method, remember, current, _call, HttpContext.RequestAborted);
        if (!started.Succeeded)
            return await RefusedAsync(started.Error);

        browser.Write(HttpContext, started.Value);
        return GoOn(_ticket.Marker);
    }

    /// <summary>The user goes on as who is signed in.</summary>
    public async Task<IActionResult> OnPostContinueAsync(string? ticket)
    {
        Read(ticket);
        return await browser.FindSessionAsync(HttpContext, _call.Now) is { } session
            ? GoOn(_ticket.Marker is null ? null : _ticket.Marker with { ChosenSessionId = session.Id })
            : Page();
    }

    private void Read(string? ticket)
    {
        _call = HttpContext.NewCall("login");
        _ticket = tickets.Unprotect<LoginTicket>(ticket, _call.Now) ?? LoginTicket.For(WellKnown.Account);
        _call.ClientId = _ticket.ClientId;
        PageHeaders.AllowFormTarget(HttpContext, _ticket.FormTarget);
        Ticket = ticket;
    }

    private async Task FindChoiceAsync()
    {
        if (_ticket.SwitchAccount && await browser.FindSessionAsync(HttpContext, _call.Now) is { } session)
            SignedInAs = session.DisplayName;
    }

    private async Task<IActionResult> RefusedAsync(OAuthError error)
    {
        await audit.WriteRefusalAsync(_call, error);
        OAuthResults.SetErrorHeaders(HttpContext, error, challenge: null);
        Response.StatusCode = error.Status;
        Failure = error.Description;
        await FindChoiceAsync();
        return Page();
    }

    // 303: what was posted is not posted on.
    private StatusCodeResult GoOn(LoginMarker? marker)
    {
        Response.Headers.Location = marker is null ? _ticket.ReturnUrl : AddressWith(marker);
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    private string AddressWith(LoginMarker marker) => $"{_ticket.ReturnUrl}&{InteractionsFeature.Login}={tickets.Protect(marker, _call.Now)}";
}
