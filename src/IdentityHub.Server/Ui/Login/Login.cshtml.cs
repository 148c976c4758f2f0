using IdentityHub.Protocol;
using IdentityHub.Server.Authentication.Passkeys;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary><c>/login</c>: a user logs in. ASSURANCE S1, E1.</summary>
internal sealed class LoginModel(
    Tickets tickets, BrowserCookie browser, BrowserLogin login, PasswordCheck passwords, PasskeyRelyingParty party)
    : LoginTicketPage("login", tickets), IPasskeyPage, IPasswordPage
{
    public bool HasPasskeys => party.HasPasskeys;

    public string? UserName { get; private set; }

    /// <summary>True when the user wants to stay signed in after the browser was closed.</summary>
    public bool Remember { get; private set; }

    /// <summary>The signed-in user, where the client wants the user to choose; null elsewhere.</summary>
    public StoredBrowserSession? SignedIn { get; private set; }

    /// <summary>True when the client has sent the user here for self-registration, and it is off.</summary>
    public bool MissesSignUp => Read.CreatesAccount && !HasSignUp;

    public bool FocusesUserName => Failures.Count == 0 && SignedIn is null && string.IsNullOrEmpty(UserName);

    public bool FocusesPassword => Failures.Count == 0 && SignedIn is null && !string.IsNullOrEmpty(UserName);

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        if (!ReadTicket(ticket) && await browser.FindSessionAsync(HttpContext, Context.Now) is not null)
            return SeeOther(WellKnown.Account);
        if (Read.CreatesAccount && HasSignUp)
            return SeeOther($"{WellKnown.SignUp}?{InteractionsFeature.Ticket}={ticket}");
        UserName = Read.LoginHint;
        await FindChoiceAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm] string? username, [FromForm] string? password, [FromForm] bool remember)
    {
        ReadTicket(ticket);
        (UserName, Remember) = (username, remember);
        var user = await passwords.CheckAsync(username ?? "", password ?? "", Context, Aborted);
        if (!user.Succeeded)
            return await RefusedAsync(user.Error);

        var next = await login.SignInAsync(HttpContext, user.Value, SignIn(remember), Context);
        return next.Succeeded ? SeeOther(next.Value) : await RefusedAsync(next.Error);
    }

    /// <summary>Goes on with the account that is signed in.</summary>
    /// <param name="session">The one that the page named: another may have been signed in since.</param>
    public async Task<IActionResult> OnPostContinueAsync([FromForm] string? ticket, [FromForm] Guid session)
    {
        ReadTicket(ticket);
        if (await browser.FindSessionAsync(HttpContext, Context.Now) is { } current && current.Id == session)
            return SeeOther(AddressAfter(Read.Marker is { } marker ? marker with { ChosenSessionId = session } : null));
        await FindChoiceAsync();
        return Page();
    }

    private async Task FindChoiceAsync() => SignedIn = Read.SwitchAccount ? await browser.FindSessionAsync(HttpContext, Context.Now) : null;

    private async Task<IActionResult> RefusedAsync(Refusal error)
    {
        await FindChoiceAsync();
        return await RefuseAsync(error, field: "username");
    }
}
