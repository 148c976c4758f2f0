using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/signup</c>, where the settings allow it: self-registration. Users make an account, are signed in, and go on where they came from.
/// </summary>
internal sealed class SignUpModel(Tickets tickets, BrowserLogin login, SignUp signUp)
    : LoginTicketPage("signup", tickets), IPasswordPage
{
    /// <summary>The page on which an account begins with a verified e-mail address.</summary>
    public const string CodeEndpoint = "signup/code";

    private readonly Tickets _tickets = tickets;

    public string? UserName { get; private set; }

    /// <summary>For users who have an account already.</summary>
    public override string LoginUrl =>
        Ticket is null ? WellKnown.Login : _tickets.AddressOf(Read with { CreatesAccount = false }, Context.Now);

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        ReadTicket(ticket);
        if (!HasSignUp)
            return await ErrorPageAsync(Closed());
        if (ByEmail)
            return SeeOther(WithTicket("/" + CodeEndpoint));
        UserName = Read.LoginHint;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm] string? username, [FromForm] string? password,
        [FromForm(Name = "repeated_password")] string? repeatedPassword)
    {
        ReadTicket(ticket);
        if (!HasSignUp)
            return await ErrorPageAsync(Closed());
        if (ByEmail)
            return SeeOther(WithTicket("/" + CodeEndpoint));
        UserName = username;
        if (password != repeatedPassword)
            return await RefuseAsync(Refusal.InvalidRequest("The two passwords differ.", Reasons.PasswordsDiffer), "repeated_password");
        var user = await signUp.CreateAsync(username ?? "", password ?? "", Context, Aborted);
        if (!user.Succeeded)
            return await RefuseAsync(user.Error, FieldOf(user.Error));

        var next = await login.SignInAsync(HttpContext, user.Value, SignIn(remember: false), Context);
        return next.Succeeded ? SeeOther(next.Value) : await RefuseAsync(next.Error);
    }

    private bool ByEmail => HttpContext.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.Registration.VerifiedEmail;

    private static Refusal Closed() => Refusal.Of(RefusalKind.NotFound, "Self-registration is disabled.", Reasons.SignUpClosed);

    private static string? FieldOf(Refusal error) =>
        error.Kind != RefusalKind.InvalidRequest ? null
        : error.Reason
            is Reasons.PasswordCommon
                or Reasons.PasswordBreached
                or Reasons.PasswordResemblesName
                or Reasons.PasswordIsUserName
                or Reasons.PasswordMissing
                or Reasons.PasswordTooLong
                or Reasons.PasswordTooShort
                or Reasons.PasswordsDiffer
            ? "password"
        : "username";
}
