using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// A user requests a code by e-mail and types it. The code is valid in the browser that has requested it, and for the login that it was
/// requested for. Unknown users see the same pages. ASSURANCE S1, E1.
/// </summary>
internal abstract class CodeSendingPage(
    string endpoint, Tickets tickets, CodeCookie codeCookie, BrowserLogin login, OtpSending sending, OtpCheck codes, LoginLinks links)
    : LoginCodePage(endpoint, tickets)
{
    /// <summary>Where the page is, without a query.</summary>
    public string Path { get; } = "/" + endpoint;

    /// <summary>As it was typed.</summary>
    public string? Email { get; private set; }

    /// <summary>True when the user wants to stay signed in after the browser was closed.</summary>
    public bool Remember { get; private set; }

    /// <summary>True once a code has been asked for: the next thing is to type it.</summary>
    public bool IsSent { get; private set; }

    /// <summary>How long a code lives.</summary>
    public string Minutes => Whole(Policy.Ttl.TotalMinutes);

    /// <summary>For users who have typed a wrong address.</summary>
    public string OtherAddressUrl => WithTicket(Path);

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        ReadTicket(ticket);
        if (!IsOn)
            return await ErrorPageAsync(Off());
        Email = Read.LoginHint;
        return Page();
    }

    /// <summary>Has a code sent.</summary>
    /// <param name="again">True from the page on which the code of before can still be typed.</param>
    public async Task<IActionResult> OnPostSendAsync(
        [FromForm] string? ticket, [FromForm] string? email, [FromForm] bool remember, [FromForm] bool again)
    {
        var (address, refused) = await BeginAsync(ticket, email, remember);
        if (address is null)
            return refused!;

        IsSent = again;
        var browser = codeCookie.Ensure(HttpContext);
        var purpose = PurposeOf(browser);
        var request = new OtpRequest(address, purpose, Policy, ClientName ?? Text["product.name"], [Text.Language])
        {
            StoreLink = !links.AreOn ? null : (transaction, sent, cancellationToken) => links.AddAsync(
                transaction, new LoginLink(address.Value, browser, Ticket, remember, MakesAccounts, sent.Code), purpose.ClientId,
                Context.Now, sent.ExpiresAt, cancellationToken),
        };
        if (await sending.SendAsync(request, Context, Aborted) is { } refusal)
            return await RefuseAsync(refusal, [new Failure(WhenAnother(refusal))]);
        IsSent = true;
        return Page();
    }

    /// <summary>The user types the code.</summary>
    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm] string? email, [FromForm] string? code, [FromForm] bool remember)
    {
        var (address, refused) = await BeginAsync(ticket, email, remember);
        if (address is null)
            return refused!;

        // From here on nothing that is shown depends on whether there is such a user.
        IsSent = true;
        var purpose = PurposeOf(codeCookie.Read(HttpContext));
        var user = await codes.CheckAsync(address, purpose, OtpCodes.Read(code), NewUsers, Context, Aborted);
        if (!user.Succeeded)
            return await RefuseAsync(user.Error, "code");
        var next = await login.SignInAsync(HttpContext, user.Value, SignIn(remember), Context);
        if (!next.Succeeded)
            return await RefuseAsync(next.Error, "code");
        codeCookie.Delete(HttpContext);
        return SeeOther(next.Value);
    }

    // What both forms begin with: the address that was typed, or the page that says why there is nothing to go on with.
    private async Task<(OtpAddress? Address, IActionResult? Refused)> BeginAsync(string? ticket, string? email, bool remember)
    {
        ReadTicket(ticket);
        if (!IsOn)
            return (null, await ErrorPageAsync(Off()));
        (Email, Remember) = (email, remember);
        return OtpAddress.Email(email ?? "") is { } address
            ? (address, null)
            : (null, await RefuseAsync(Refusal.InvalidRequest("This is no e-mail address.", Reasons.EmailMalformed), "email"));
    }

    // The limit is on what was sent, not on what was typed: it says when the next code can be had.
    private string WhenAnother(Refusal refusal) => refusal.RetryAfter switch
    {
        null => Text.Of(refusal),
        { TotalSeconds: <= 60 } wait => Text.With("login.code.too_soon", ("seconds", Whole(wait.TotalSeconds))),
        { } wait => Text.With("login.code.too_many", ("minutes", Whole(wait.TotalMinutes))),
    };

    private static string Whole(double number) => ((int)Math.Ceiling(number)).ToString(CultureInfo.InvariantCulture);
}
