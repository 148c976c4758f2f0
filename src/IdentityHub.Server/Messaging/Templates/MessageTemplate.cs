using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace IdentityHub.Server.Messaging.Templates;

/// <summary>What kind of message a template is for.</summary>
/// <param name="Name">First part of the names of its files, e.g. <c>otp-email</c>.</param>
/// <param name="IsMail">True: its text begins with a line <c>Subject: …</c>, and there may be an HTML form too.</param>
/// <param name="Values">What may stand in it.</param>
/// <param name="Needed">The value without which the message would be worth nothing.</param>
internal sealed record TemplateKind(string Name, bool IsMail, IReadOnlyList<string> Values, string Needed)
{
    /// <summary>True: a request may name one of several templates, whose files are named <c>{kind}-{name}</c>.</summary>
    public bool HasVariants { get; init; }

    /// <summary>A one-time password by e-mail: the code, how many minutes it lives, who asked for it.</summary>
    public static readonly TemplateKind OtpEmail = new("otp-email", IsMail: true, ["code", "minutes", "client", .. MailLook.Names], "code");

    /// <summary>A one-time password by e-mail with a link that types it: the same, and the link.</summary>
    public static readonly TemplateKind OtpLinkEmail = new(
        "login-link", IsMail: true, ["code", "minutes", "client", "link", .. MailLook.Names], "link");

    /// <summary>The same as <see cref="OtpEmail"/> by text message.</summary>
    public static readonly TemplateKind OtpSms = new("otp-sms", IsMail: false, ["code", "minutes", "client"], "code");

    /// <summary>The link that resets a password: the link, how many minutes it lives, the user name.</summary>
    public static readonly TemplateKind PasswordReset = new(
        "password-reset", IsMail: true, ["link", "minutes", "user", .. MailLook.Names], "link")
    {
        HasVariants = true,
    };

    /// <summary>The link that resets a password, by text message.</summary>
    public static readonly TemplateKind PasswordResetSms = new("reset-sms", IsMail: false, ["link", "minutes", "user"], "link");

    /// <summary>
    /// What has changed about how a user signs in: user name, time, IP address, browser (of a new one only), the page to undo it.
    /// </summary>
    public static readonly TemplateKind SecurityNotice = new(
        "security-notice", IsMail: true, ["user", "when", "address", "device", "link", .. MailLook.Names], "link")
    {
        HasVariants = true,
    };

    /// <summary>
    /// The code that proves an e-mail address: the code, how many minutes it lives. Nothing that the user has chosen: the address may be
    /// another person's.
    /// </summary>
    public static readonly TemplateKind AddressCode = new(
        "address-code", IsMail: true, ["code", "minutes", .. MailLook.Names], "code");

    /// <summary>
    /// The code that proves a phone number: the same, and the host of the page that asks for it. Browsers fill the code in where the last
    /// line is <c>@host #code</c> (WICG, "Origin-bound one-time codes delivered via SMS").
    /// </summary>
    public static readonly TemplateKind AddressCodeSms = new(
        "sms-address-code", IsMail: false, ["code", "minutes", "host"], "code");

    /// <summary>The notice to the old phone number that it is no longer the user's: user name, the link that undoes that.</summary>
    public static readonly TemplateKind PhoneChangedSms = new("sms-phone-changed", IsMail: false, ["user", "link"], "link");

    /// <summary>The notice to a phone number that an e-mail address was added: user name, the link that undoes that.</summary>
    public static readonly TemplateKind EmailAddedSms = new("sms-email-added", IsMail: false, ["user", "link"], "link");

    /// <summary>
    /// The link with which somebody sets the password of an account that an administrator has made: the link, how many days it works, the
    /// user name.
    /// </summary>
    public static readonly TemplateKind Invitation = new("invitation", IsMail: true, ["link", "days", "user", .. MailLook.Names], "link");

    /// <summary>Every kind that there is.</summary>
    public static IReadOnlyList<TemplateKind> All { get; } =
    [
        OtpEmail, OtpLinkEmail, OtpSms, PasswordReset, PasswordResetSms, SecurityNotice, AddressCode, AddressCodeSms,
        PhoneChangedSms, EmailAddedSms, Invitation,
    ];
}

/// <summary>The words of a message.</summary>
/// <param name="Subject">One line; null for a text message.</param>
/// <param name="Html">The same as HTML; null for none.</param>
internal sealed record MessageText(string? Subject, string Text, string? Html)
{
    /// <summary>Shows nothing of the message: it may hold a code.</summary>
    public override string ToString() => nameof(MessageText);
}

/// <summary>A message in one language, with places for its values.</summary>
/// <param name="Html">Null for none.</param>
internal sealed record MessageTemplate(TemplateText? Subject, TemplateText Text, TemplateText? Html)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The message with its values: on one line and without control characters, in HTML encoded as well. ASSURANCE I2.</summary>
    public MessageText Fill(IReadOnlyDictionary<string, string> values) =>
        new(Subject?.Fill(values, Plain), Text.Fill(values, Plain), Html?.Fill(values, value => Encoder.Encode(Plain(value))));

    // Line and paragraph separators end a line in some programs.
    private static string Plain(string value) =>
        string.Concat(
            value.Select(c =>
                char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    ? ' '
                    : c));
}
