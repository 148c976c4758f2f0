using System.Buffers.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.RecoveryCodes;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Authentication.Totp;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/account/authenticator</c>: users set up an authenticator app, replace or remove it, and make recovery codes, soon after a login.
/// </summary>
internal sealed class AuthenticatorModel(
    BrowserCookie browser, Tickets tickets, TotpEnrolment enrolment, RecoveryCodeSet recovery, SecondFactorList factors)
    : SignedInPage("account/authenticator", browser, tickets), ILocalTimes
{
    private readonly Tickets _tickets = tickets;

    /// <summary>What the user has.</summary>
    public SecondFactorsOfUser Factors { get; private set; } = SecondFactorsOfUser.None;

    /// <summary>The app that is being set up; null: none is.</summary>
    public TotpSetUp? SetUp { get; private set; }

    /// <summary>Recovery codes that have just been made: they are shown once.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>True right after the app was set up.</summary>
    public bool IsEnrolled { get; private set; }

    /// <param name="replace">True: another app takes the place of the one that is there.</param>
    public async Task OnGetAsync(bool replace)
    {
        await ReadAsync();
        if (IsRecent && (Factors.Totp is null || replace))
            Offer(TotpSecret.Draw());
    }

    /// <summary>The user types the first code of the app.</summary>
    /// <param name="secret">From the page.</param>
    public async Task<IActionResult> OnPostAsync([FromForm] string? secret, [FromForm] string? code)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        await ReadAsync();
        if (_tickets.Unprotect<EnrolmentTicket>(secret, Context.Now) is not { } ticket || ticket.SessionId != Session.Id)
        {
            Offer(TotpSecret.Draw());
            return await RefuseAsync(
                Refusal.InvalidRequest("The form was open for too long.", Reasons.SecondFactorLapsed),
                [new Failure(Text["account.authenticator.lapsed"])]);
        }

        var key = Base64Url.DecodeFromChars(ticket.Secret);
        var enrolled = await enrolment.ConfirmAsync(Session.UserId, Session.Id, key, code ?? "", Context, Aborted);
        if (!enrolled.Succeeded)
        {
            Offer(key);
            return await RefuseAsync(
                enrolled.Error,
                [
                    enrolled.Error.Kind == RefusalKind.InvalidRequest
                        ? new Failure(Text["account.authenticator.wrong"], "code")
                        : new Failure(Text.Of(enrolled.Error))
                ]);
        }

        await ReadAsync();
        (IsEnrolled, RecoveryCodes) = (true, enrolled.Value.RecoveryCodes);
        return Page();
    }

    /// <summary>Removes the app.</summary>
    public async Task<IActionResult> OnPostRemoveAsync()
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        await enrolment.RemoveAsync(Session.UserId, Session.Id, Context, Aborted);
        return SayDone("account.authenticator.removed");
    }

    /// <summary>Makes other recovery codes, and shows them.</summary>
    public async Task<IActionResult> OnPostCodesAsync()
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        var made = await recovery.ReplaceAsync(Session.UserId, Session.Id, Context, Aborted);
        await ReadAsync();
        if (!made.Succeeded)
            return await RefuseAsync(made.Error);
        RecoveryCodes = made.Value;
        return Page();
    }

    private async Task ReadAsync() => Factors = await factors.OfUserAsync(Session.UserId, Aborted);

    private void Offer(byte[] secret) =>
        SetUp = new TotpSetUp(
            secret, _tickets.Protect(new EnrolmentTicket(Base64Url.EncodeToString(secret), Session.Id), Context.Now), Text["product.name"],
            Session.UserName, Text["account.authenticator.qr"]);

    // In another session it is worth nothing.
    private sealed record EnrolmentTicket(string Secret, Guid SessionId)
    {
        public override string ToString() => nameof(EnrolmentTicket);
    }
}
