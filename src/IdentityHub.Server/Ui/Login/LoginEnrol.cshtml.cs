using System.Buffers.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Authentication.Totp;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login/enrol</c>: a user who must have a second factor and has none sets up an authenticator app before the login goes on, or puts it
/// off while that is allowed.
/// </summary>
internal sealed class LoginEnrolModel(
    Tickets tickets, PendingLogins logins, BrowserLogin login, SecondFactorLogin factors, TotpEnrolment enrolment)
    : LoginTicketPage("login/enrol", tickets)
{
    private const string Path = "/login/enrol";

    private readonly Tickets _tickets = tickets;

    private PendingLogin? _waiting;

    /// <summary>The login that waits, protected: handed on from one try to the next.</summary>
    public string? Waiting { get; private set; }

    /// <summary>The app that is being set up; null when there is nothing to go on with.</summary>
    public TotpSetUp? SetUp { get; private set; }

    /// <summary>True when the set-up may be put off.</summary>
    public bool MayBeSkipped { get; private set; }

    /// <summary>Of the user who signs in: it stands under the recovery codes.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>Recovery codes that have just been made: they are shown once.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>Where the signed-in user goes on.</summary>
    public string Next { get; private set; } = WellKnown.Account;

    /// <summary>The address of the page.</summary>
    /// <param name="waiting">The login, protected.</param>
    /// <param name="ticket">That of the login page; null for none.</param>
    public static string AddressOf(string waiting, string? ticket) => PendingLogins.AddressOf(Path, waiting, ticket);

    public async Task<IActionResult> OnGetAsync(string? ticket, [FromQuery(Name = PendingLogins.Parameter)] string? waiting)
    {
        if (await ReadAsync(ticket, waiting) is { } user)
            Offer(user, TotpSecret.Draw());
        return Page();
    }

    /// <summary>The user types the first code of the app.</summary>
    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm(Name = PendingLogins.Parameter)] string? waiting, [FromForm] string? secret,
        [FromForm] string? code)
    {
        if (await ReadAsync(ticket, waiting) is not { } user
            || _tickets.Unprotect<LoginEnrolmentTicket>(secret, Context.Now) is not { } offered
            || offered.LoginId != _waiting!.Id)
            return await LapsedAsync(Refusal.InvalidRequest("The second factor was not set up in time.", Reasons.SecondFactorLapsed));
        var key = Base64Url.DecodeFromChars(offered.Secret);
        var enrolled = await enrolment.ConfirmAsync(_waiting, key, code ?? "", Context, Aborted);
        if (!enrolled.Succeeded && enrolled.Error.Kind == RefusalKind.InvalidRequest)
        {
            Offer(user, key);
            return await RefuseAsync(enrolled.Error, [new Failure(Text["account.authenticator.wrong"], "code")]);
        }

        if (!enrolled.Succeeded)
            return await LapsedAsync(enrolled.Error);
        var proven = await factors.CompleteAsync(_waiting, TotpFactor.Proven, Context, Aborted);
        return await GoOnAsync(proven, enrolled.Value.RecoveryCodes, skips: false);
    }

    /// <summary>The user puts the set-up off.</summary>
    public async Task<IActionResult> OnPostSkipAsync(
        [FromForm] string? ticket, [FromForm(Name = PendingLogins.Parameter)] string? waiting)
    {
        if (await ReadAsync(ticket, waiting) is null || !MayBeSkipped)
            return await LapsedAsync(Refusal.InvalidRequest("The second factor was not set up in time.", Reasons.SecondFactorLapsed));
        return await GoOnAsync(await factors.CompleteAsync(_waiting!, proven: null, Context, Aborted), [], skips: true);
    }

    private async Task<IActionResult> GoOnAsync(Outcome<AuthenticatedUser> user, IReadOnlyList<string> recoveryCodes, bool skips)
    {
        if (!user.Succeeded)
            return await LapsedAsync(user.Error);
        var next = await login.SignInAsync(
            HttpContext, user.Value, SignIn(_waiting!.Remember) with { SkipsEnrolment = skips }, Context);
        if (!next.Succeeded)
            return await LapsedAsync(next.Error);
        if (recoveryCodes.Count == 0)
            return SeeOther(next.Value);
        (RecoveryCodes, Next) = (recoveryCodes, next.Value);
        return Page();
    }

    // Null when no login waits here, or its user has set up a second factor meanwhile.
    private async Task<StoredCredential?> ReadAsync(string? ticket, string? waiting)
    {
        ReadTicket(ticket);
        if (logins.Read(HttpContext, waiting, Context.Now) is not { } found)
            return null;
        var user = await factors.FindUserAsync(found, Context, Aborted);
        if (!user.Succeeded || user.Value.HasSecondFactor)
            return null;
        (Waiting, _waiting, MayBeSkipped, UserName) = (waiting, found, found.MayBeSkipped, user.Value.UserName);
        return user.Value;
    }

    private void Offer(StoredCredential user, byte[] secret) =>
        SetUp = new TotpSetUp(
            secret, _tickets.Protect(new LoginEnrolmentTicket(Base64Url.EncodeToString(secret), _waiting!.Id), Context.Now),
            Text["product.name"], user.UserName, Text["account.authenticator.qr"]);

    private Task<IActionResult> LapsedAsync(Refusal error) => RefuseAsync(error, [new Failure(Text["login.second.lapsed"])]);

    // In another login it is worth nothing.
    private sealed record LoginEnrolmentTicket(string Secret, Guid LoginId)
    {
        public override string ToString() => nameof(LoginEnrolmentTicket);
    }
}
