using IdentityHub.Server.Authentication.Passkeys;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login/passkey</c>: a user signs in with a passkey, without a user name. The login page sends its answer here, and a refusal is shown
/// here. A challenge is valid in the browser that has asked for it only.
/// </summary>
internal sealed class LoginPasskeyModel(
    Tickets tickets, BrowserLogin login, PasskeyLogin passkeys, PasskeyRelyingParty party, InteractionCookie cookie)
    : LoginTicketPage("login/passkey", tickets), IPasskeyPage
{
    public bool HasPasskeys => party.HasPasskeys;

    /// <summary>True when the user wants to stay signed in after the browser was closed.</summary>
    public bool Remember { get; private set; }

    public void OnGet(string? ticket) => ReadTicket(ticket);

    /// <summary>What the script asks the browser with.</summary>
    public IActionResult OnGetOptions() => Content(passkeys.Options(cookie.Begin(HttpContext), Context).ToJsonString(), "application/json");

    public async Task<IActionResult> OnPostAsync([FromForm] string? ticket, [FromForm] string? credential, [FromForm] bool remember)
    {
        ReadTicket(ticket);
        Remember = remember;
        var user = await passkeys.CheckAsync(credential, cookie.TagOf(HttpContext), Context, Aborted);
        if (!user.Succeeded)
            return await RefuseAsync(user.Error);
        var next = await login.SignInAsync(HttpContext, user.Value, SignIn(remember), Context);
        return next.Succeeded ? SeeOther(next.Value) : await RefuseAsync(next.Error);
    }
}
