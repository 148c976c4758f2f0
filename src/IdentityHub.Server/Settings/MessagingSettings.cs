using System.ComponentModel;
using System.Net.Mail;

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

    private const string None = "none";

    [Description("Host name of the mail server. Empty: in Development mail lands at `/dev/outbox`; elsewhere none is sent.")]
    public string Host { get; set; } = "";

    [Description("Its port.")]
    public int Port { get; set; } = 587;

    [Description("`starttls`: encrypted, or not at all; `none`: in clear, for a mail server on this machine.")]
    public string Security { get; set; } = StartTls;

    [Description("Empty: without authentication.")]
    public string UserName { get; set; } = "";

    [Description("Of that user.")]
    public string Password { get; set; } = "";

    [Description("The sender's address, `id@example.com` or `Example <id@example.com>`.")]
    public string From { get; set; } = "";

    internal bool IsSet => Host.Length > 0;

    internal bool IsEncrypted => Security == StartTls;

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
            yield return $"{section}:Host is '{Host}': a host name or an IP address is right, without a scheme or a port.";
        if (Port is < 1 or > 65535)
            yield return $"{section}:Port is {Port}: 1 to 65535 is right, as a rule 587.";
        if (Security is not (StartTls or None))
            yield return $"{section}:Security is '{Security}': {StartTls} or {None} is right.";
        if (!MailAddress.TryCreate(From, out _))
            yield return $"{section}:From is '{From}': an e-mail address is right, e.g. id@example.com.";
        if (UserName.Length > 0 && Password.Length == 0)
            yield return $"{section}:Password is missing, though there is a UserName.";
        if (UserName.Length > 0 && !IsEncrypted)
            yield return $"{section}:UserName needs Security {StartTls}: a password is not sent in clear.";
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

    [Description("The sender: a number of the account in E.164, or an alphanumeric sender id.")]
    public string From { get; set; } = "";

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
            if (AuthToken.Length > 0 || From.Length > 0)
                yield return $"{section}:AccountSid is missing, though there are other settings of Twilio.";
            yield break;
        }

        if (AuthToken.Length == 0)
            yield return $"{section}:AuthToken is missing.";
        if (From.Length == 0)
            yield return $"{section}:From is missing: a number of the account in E.164, or a sender id.";
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && isDevelopment)) || url.Query.Length > 0 || url.Fragment.Length > 0)
            yield return $"{section}:BaseUrl is '{BaseUrl}': an absolute https URL is right, e.g. https://api.twilio.com.";
    }
}
