using System.ComponentModel;
using System.Net;
using IdentityHub.Storage.Users;
using MimeKit;

namespace IdentityHub.Server.Settings;

/// <summary>How e-mail is sent.</summary>
public sealed class EmailSettings
{
    public SmtpSettings Smtp { get; set; } = new();
}

/// <summary>A mail server that takes what the hub sends.</summary>
public sealed class SmtpSettings
{
    /// <summary>TLS after a plain greeting, or nothing is sent. RFC 3207.</summary>
    internal const string StartTls = "starttls";

    /// <summary>TLS from the first byte, as a rule at port 465. RFC 8314.</summary>
    internal const string Tls = "tls";

    private const string None = "none";
    private const int ImplicitTlsPort = 465;

    [Description("Host name of the mail server. Empty: in Development mail lands at `/dev/outbox`; elsewhere none is sent.")]
    public string Host { get; set; } = "";

    [Description("Its port.")]
    public int Port { get; set; } = 587;

    [Description(
        "`starttls`: TLS after the greeting (ports 587 and 25); `tls`: TLS from the first byte (port 465); either way nothing is sent in "
            + "clear. `none`: no TLS, only for a mail server on this machine.")]
    public string Security { get; set; } = StartTls;

    [Description("Empty: without authentication.")]
    public string UserName { get; set; } = "";

    [Description("Of that user. The best of the mechanisms that the server offers is used, `PLAIN` and `LOGIN` among them.")]
    public string Password { get; set; } = "";

    [Description(
        "In place of a password: a file that holds an OAuth 2.0 access token of that user, for `XOAUTH2` or `OAUTHBEARER`. It is read "
            + "again for every message, so another program may renew it.")]
    public string AccessTokenFile { get; set; } = "";

    [Description(
        "PEM file with the certificates of authorities that the mail server's certificate may come from, in addition to those that this "
            + "machine trusts.")]
    public string CaFile { get; set; } = "";

    [Description("The sender's address, `id@example.com` or `Example <id@example.com>`.")]
    public string From { get; set; } = "";

    internal bool IsSet => Host.Length > 0;

    /// <summary>True for a name or address of this machine.</summary>
    internal bool IsLoopback =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong, each with its key.</summary>
    internal IEnumerable<string> Faults()
    {
        const string section = "IdentityHub:Email:Smtp";
        if (!IsSet)
        {
            if (From.Length > 0 || UserName.Length > 0 || Password.Length > 0)
                yield return $"{section}:Host is missing, though there are other settings of a mail server.";
            yield break;
        }

        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return $"{section}:Host is '{Host}': it must be a host name or an IP address, without a scheme or a port.";
        if (Port is < 1 or > 65535)
            yield return $"{section}:Port is {Port}: it must be 1 to 65535, as a rule 587.";
        if (Security is not (StartTls or Tls or None))
            yield return $"{section}:Security is '{Security}': it must be {StartTls}, {Tls} or {None}.";
        else if (Security == None && !IsLoopback)
            yield return $"{section}:Security is '{None}', which is for a mail server on this machine only: it must be {StartTls} or {Tls} "
                + $"for '{Host}'.";
        else if (Security == StartTls && Port == ImplicitTlsPort)
            yield return $"{section}:Security is '{StartTls}', but port {ImplicitTlsPort} speaks TLS from the first byte: it "
                + $"must be {Tls}.";
        if (From.Any(char.IsControl) || !MailboxAddress.TryParse(From, out var from) || !EmailAddress.IsValid(from.Address))
            yield return $"{section}:From is '{From}': it must be an e-mail address, e.g. id@example.com.";
        if (UserName.Length > 0 && Password.Length == 0 && AccessTokenFile.Length == 0)
            yield return $"{section}:Password is missing, though there is a UserName; an AccessTokenFile will do too.";
        if (UserName.Length == 0 && (Password.Length > 0 || AccessTokenFile.Length > 0))
            yield return $"{section}:UserName is missing, though there is a Password or an AccessTokenFile.";
        if (Password.Length > 0 && AccessTokenFile.Length > 0)
            yield return $"{section}:AccessTokenFile and Password are both set: set one of the two.";
        if (Password.Any(char.IsControl))
            yield return $"{section}:Password has a line break or another control character, which no mail server accepts: leave it out.";
        if (CaFile.Length > 0 && !File.Exists(CaFile))
            yield return $"{section}:CaFile '{CaFile}' is missing: a PEM file with certificates.";
    }
}

/// <summary>How text messages are sent.</summary>
public sealed class SmsSettings
{
    public TwilioSettings Twilio { get; set; } = new();
}

/// <summary>An account at Twilio.</summary>
public sealed class TwilioSettings
{
    [Description("Account SID at Twilio. Empty: in Development text messages land at `/dev/outbox`; elsewhere none is sent.")]
    public string AccountSid { get; set; } = "";

    [Description("Auth token of that account.")]
    public string AuthToken { get; set; } = "";

    [Description("The sender: a number of the account in E.164, or an alphanumeric sender id. Empty where there is a Messaging Service.")]
    public string From { get; set; } = "";

    [Description("SID (`MG…`) of a Messaging Service, which chooses the sender, in place of `From`.")]
    public string MessagingServiceSid { get; set; } = "";

    [Description("Where Twilio's REST API is.")]
    public string BaseUrl { get; set; } = "https://api.twilio.com";

    internal bool IsSet => AccountSid.Length > 0;

    /// <summary>What is wrong, each with its key.</summary>
    /// <param name="isDevelopment">True: http will do.</param>
    internal IEnumerable<string> Faults(bool isDevelopment)
    {
        const string section = "IdentityHub:Sms:Twilio";
        if (!IsSet)
        {
            if (AuthToken.Length > 0 || From.Length > 0 || MessagingServiceSid.Length > 0)
                yield return $"{section}:AccountSid is missing, though there are other settings of Twilio.";
            yield break;
        }

        if (AuthToken.Length == 0)
            yield return $"{section}:AuthToken is missing.";
        if (AuthToken.Any(char.IsControl))
            yield return $"{section}:AuthToken has a line break or another control character: leave it out.";
        if (From.Length == 0 && MessagingServiceSid.Length == 0)
            yield return $"{section}:From is missing: a number of the account in E.164, a sender id, or a MessagingServiceSid "
                + "in its place.";
        if (From.Length > 0 && MessagingServiceSid.Length > 0)
            yield return $"{section}:MessagingServiceSid and From are both set: set one of the two.";
        if (MessagingServiceSid.Length > 0
            && !(MessagingServiceSid.StartsWith("MG", StringComparison.Ordinal) && MessagingServiceSid.All(char.IsAsciiLetterOrDigit)))
            yield return $"{section}:MessagingServiceSid is '{MessagingServiceSid}': the SID of a Messaging Service begins with MG.";
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url)
            || !(url.Scheme == "https" || (url.Scheme == "http" && isDevelopment))
            || url.Query.Length > 0
            || url.Fragment.Length > 0)
            yield return $"{section}:BaseUrl is '{BaseUrl}': it must be an absolute https URL, e.g. https://api.twilio.com.";
    }
}
