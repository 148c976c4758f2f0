using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login/link</c>: what the link of a mail opens. Opening it changes nothing, because mail scanners open links too; the button types
/// the code of the mail. In another browser than the one that has asked for it the page shows the code instead: a user who is sent
/// somebody else's link is not signed in as them. A link that was used leads on, in the browser that it has signed in, to the page of the
/// hub that the login was for. The request of a client is not repeated: the client has had its answer. Elsewhere the link says that it was
/// used. ASSURANCE E1, I5.
/// </summary>
internal sealed class LoginLinkModel(
    Tickets tickets, LoginLinks links, CodeCookie codeCookie, BrowserCookie browser, BrowserLogin login, OtpCheck codes)
    : LoginCodePage("login/link", tickets)
{
    // Databases keep times to the microsecond, and the clocks of two nodes differ a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private bool _makesAccounts;

    /// <summary>What the link carries; null when it does not sign in any more.</summary>
    public string? Token { get; private set; }

    /// <summary>The address that the link was sent to.</summary>
    public string? Email { get; private set; }

    /// <summary>The code, where it has to be typed in another browser; else null.</summary>
    public string? Code { get; private set; }

    /// <summary>True when the link has signed this browser in before, and the client has had its answer.</summary>
    public bool IsDone { get; private set; }

    public override bool MakesAccounts => _makesAccounts;

    /// <summary>The page on which another link is sent.</summary>
    public string AnotherUrl => !IsOn ? LoginUrl : WithTicket("/" + (MakesAccounts ? SignUpModel.CodeEndpoint : LoginCodeModel.Endpoint));

    public async Task<IActionResult> OnGetAsync(string? token)
    {
        if (!links.AreOn)
            return await ErrorPageAsync(Off());
        if (await FindAsync(token) is not { } link || OtpAddress.Email(link.Email) is not { } address)
            return await RefuseLinkAsync(Unknown());
        return await AfterUseAsync(link, address) ?? Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? token)
    {
        if (!links.AreOn)
            return await ErrorPageAsync(Off());
        if (await FindAsync(token) is not { } link || OtpAddress.Email(link.Email) is not { } address)
            return await RefuseLinkAsync(Unknown());
        if (await AfterUseAsync(link, address) is { } used)
            return used;
        if (!IsBrowserOf(link))
        {
            Code = link.Code;
            return Page();
        }

        var user = await codes.CheckAsync(address, PurposeOf(link.Browser), link.Code, NewUsers, Context, Aborted);
        if (!user.Succeeded)
            return await AfterUseAsync(link, address) ?? await RefuseLinkAsync(user.Error);
        var next = await login.SignInAsync(HttpContext, user.Value, SignIn(link.Remember), Context);
        if (!next.Succeeded)
            return await RefuseLinkAsync(next.Error);
        codeCookie.Delete(HttpContext);
        return SeeOther(next.Value);
    }

    // Null while the link has not been used.
    private async Task<IActionResult?> AfterUseAsync(LoginLink link, OtpAddress address)
    {
        if (await codes.FindUsedAsync(address, PurposeOf(link.Browser), Context, Aborted) is not { } used)
            return null;
        Token = null;
        if (await browser.FindSessionAsync(HttpContext, Context.Now) is { } session && HasSignedIn(session, used))
        {
            if (!Read.EndsAtClient)
                return SeeOther(Read.ReturnUrl);
            IsDone = true;
            return Page();
        }

        return await RefuseAsync(
            Refusal.InvalidOneTimePassword(Reasons.OtpUsed, "the link was used before"), [new Failure(Text["login.link.used"])]);
    }

    // An older session of the user is none of the link's, and a second factor that the login asks for is proven by then.
    private bool HasSignedIn(StoredBrowserSession session, UsedCode used) =>
        session.UserId == used.UserId
        && session.AuthenticatedAt >= used.At - Tolerance
        && !(Read.AsksSecondFactor && session.HasSecondFactor && AuthenticationContext.LevelOf(session.AuthenticationMethods) == 1)
        && (Read.Marker is not { } marker
            || marker.BrowserTag == HttpContext.RequestServices.GetRequiredService<InteractionCookie>().TagOf(HttpContext));

    private static Refusal Unknown() => Refusal.InvalidOneTimePassword(Reasons.OtpUnknown, "no live link");

    private async Task<LoginLink?> FindAsync(string? token)
    {
        if (await links.FindAsync(token, Context.Now, Aborted) is not { } link)
            return null;
        ReadTicket(link.Ticket);
        _makesAccounts = link.MakesAccounts;
        if (!IsOn)
            return null;
        (Token, Email) = (token, link.Email);
        return link;
    }

    private bool IsBrowserOf(LoginLink link) =>
        codeCookie.Read(HttpContext) is { } browser
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(browser), Encoding.ASCII.GetBytes(link.Browser));

    // The link is used up or refused: there is nothing to press any more.
    private Task<IActionResult> RefuseLinkAsync(Refusal refusal)
    {
        Token = null;
        return RefuseAsync(refusal, [new Failure(Text.Of(refusal))]);
    }
}
