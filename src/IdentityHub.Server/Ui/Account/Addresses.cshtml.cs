using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/account/addresses</c>: users change and prove their e-mail address and phone number, soon after a login. The page says the same for
/// an address that belongs to another user. ASSURANCE E1.
/// </summary>
internal sealed class AddressesModel(
    BrowserCookie browser, Tickets tickets, UserProfiles profiles, AddressChanging changing, AddressChangeMessages messages,
    IOptions<HubSettings> settings) : SignedInPage("account/addresses", browser, tickets)
{
    public UserProfile Profile { get; private set; } = null!;

    /// <summary>As it was typed; null for none.</summary>
    public string? Email { get; private set; }

    /// <summary>As it was typed; null for none.</summary>
    public string? Phone { get; private set; }

    /// <summary>The address that a code was sent to, in its stored form: the next thing is to type it. Null for none.</summary>
    public string? SentTo { get; private set; }

    /// <summary>True when <see cref="SentTo"/> is a phone number.</summary>
    public bool IsPhone { get; private set; }

    /// <summary>How long a code lives.</summary>
    public static string Minutes => Whole(AddressChangeMessages.CodeLifetime.TotalMinutes);

    /// <summary>True when something sends mail.</summary>
    public bool SendsMail => settings.Value.IsDevelopment || settings.Value.Email.Smtp.IsSet;

    /// <summary>True when something sends text messages.</summary>
    public bool SendsSms => settings.Value.IsDevelopment || settings.Value.Sms.Twilio.IsSet;

    public async Task<IActionResult> OnGetAsync() => await ReadAsync() ? Page() : SeeOther(WellKnown.Login);

    /// <summary>Has a code sent to an e-mail address.</summary>
    public Task<IActionResult> OnPostEmailAsync([FromForm] string? email)
    {
        (Email, IsPhone) = (email, false);
        return SendAsync(
            OtpAddress.Email(email ?? ""), Refusal.InvalidRequest("This is no e-mail address.", Reasons.EmailMalformed), "email");
    }

    /// <summary>Has a code sent to a phone number.</summary>
    public Task<IActionResult> OnPostPhoneAsync([FromForm] string? phone)
    {
        (Phone, IsPhone) = (phone, true);
        var number = PhoneNumber.Normalize(phone);
        return SendAsync(
            number is null ? null : OtpAddress.Phone(number),
            Refusal.InvalidRequest("This is no phone number with its country code.", Reasons.PhoneMalformed), "phone");
    }

    /// <summary>The user types the code.</summary>
    public async Task<IActionResult> OnPostConfirmAsync([FromForm] string? address, [FromForm] string? code)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (!await ReadAsync())
            return SeeOther(WellKnown.Login);
        if (OtpAddress.Of(address ?? "") is not { } wanted)
            return SeeOther(Here);
        (SentTo, IsPhone) = (wanted.Value, !wanted.IsEmail);
        return await changing.ConfirmAsync(Session, wanted, OtpCodes.Read(code), Context, Aborted) is { } refusal
            ? await RefuseAsync(refusal, "code")
            : SayDone(wanted.IsEmail ? "account.addresses.email.done" : "account.addresses.phone.done");
    }

    private async Task<IActionResult> SendAsync(OtpAddress? address, Refusal malformed, string field)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (!await ReadAsync())
            return SeeOther(WellKnown.Login);
        if (address is null)
            return await RefuseAsync(malformed, field);
        if (await messages.SendCodeAsync(Session, address, [Text.Language], Context, Aborted) is { } refusal)
            return await RefuseAsync(refusal, [new Failure(WhenAnother(refusal), field)]);
        SentTo = address.Value;
        return Page();
    }

    private async Task<bool> ReadAsync()
    {
        if (await profiles.FindAsync(Session.UserId, Aborted) is not { } profile)
            return false;
        Profile = profile;
        return true;
    }

    private string WhenAnother(Refusal refusal) => refusal.RetryAfter switch
    {
        null => Text.Of(refusal),
        { TotalSeconds: <= 60 } wait => Text.With("login.code.too_soon", ("seconds", Whole(wait.TotalSeconds))),
        { } wait => Text.With("login.code.too_many", ("minutes", Whole(wait.TotalMinutes))),
    };

    private static string Whole(double number) => ((int)Math.Ceiling(number)).ToString(CultureInfo.InvariantCulture);
}
