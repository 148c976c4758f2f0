using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>How far a try has come.</summary>
internal enum SmtpStage
{
    Connecting,
    Authenticating,
    Sending,
}

/// <summary>
/// What a failed try means, and what an administrator can change. What a server says is not repeated: it may name the recipient. Only its
/// status code and its enhanced status code (RFC 3463) are.
/// </summary>
internal sealed partial class SmtpFailures(SmtpSettings settings)
{
    private const string Section = "IdentityHub:Email:Smtp";

    private string Server => string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");

    /// <summary>An address that this server cannot be given.</summary>
    public Delivery NoSmtpUtf8 => new(DeliveryVerdict.Undeliverable, "smtputf8_missing")
    {
        Advice =
            $"The part of the address before the @ is not ASCII, and {Server} does not offer SMTPUTF8 (RFC 6531): turn it on there, or use "
                + "another mail server.",
    };

    /// <summary>The access token cannot be read.</summary>
    public Delivery NoToken => new(DeliveryVerdict.Refused, Reasons.SmtpTokenMissing)
    {
        Advice =
            $"{Section}:AccessTokenFile '{settings.AccessTokenFile}' cannot be read or holds no access token: it must be one line "
                + "with the token.",
    };

    /// <summary>The server and the settings have no way of authentication in common.</summary>
    public Delivery NoMechanism(IReadOnlyCollection<string> offered, bool byToken) => new(DeliveryVerdict.Refused, Reasons.SmtpNoMechanism)
    {
        Advice = (offered.Count, byToken) switch
        {
            (0, _) =>
                $"{Server} offers no authentication: leave {Section}:UserName out, or use the port for authenticated mail, as a "
                    + "rule 587 or 465.",
            (_, true) =>
                $"{Server} offers {Names(offered)}, and none takes an access token: set {Section}:Password in place of AccessTokenFile.",
            _ => $"{Server} offers {Names(offered)}, and none takes a password: set {Section}:AccessTokenFile in place of Password.",
        },
    };

    /// <summary>The server did not answer in time.</summary>
    public Delivery Timeout(SmtpStage stage) => Delivery.Failed(Reasons.Timeout) with
    {
        Advice = stage == SmtpStage.Connecting && settings.Security != SmtpSettings.Tls
            ? $"{Server} did not answer in time: check Host and Port, and the firewall. A port that speaks TLS from the first byte (465) "
                + $"needs {Section}:Security {SmtpSettings.Tls}."
            : $"{Server} did not answer in time: check Host and Port, the firewall, and the mail server itself.",
    };

    /// <summary>What a failure means; null for one that this transport does not know.</summary>
    /// <param name="certificateFault">Why the certificate was refused, where it was.</param>
    public Delivery? Of(Exception failure, SmtpStage stage, string? certificateFault) => failure switch
    {
        SslHandshakeException when certificateFault is not null => Refused(
            Reasons.SmtpCertificate,
            $"The certificate of {Server} is not trusted ({certificateFault}): give the server one for '{settings.Host}' from an authority "
                + $"that this machine trusts, or name its authority in {Section}:CaFile."),
        SslHandshakeException => Refused(
            Reasons.SmtpTls,
            $"TLS with {Server} failed: Security '{SmtpSettings.Tls}' is for port 465, '{SmtpSettings.StartTls}' for ports 587 and 25; "
                + $"check that the port and {Section}:Security fit."),
        NotSupportedException when stage == SmtpStage.Connecting => Refused(
            Reasons.SmtpNoStarttls,
            $"{Server} does not offer STARTTLS, and nothing is sent in clear: turn TLS on there, or set {Section}:Security to "
                + $"'{SmtpSettings.Tls}' for a port that speaks TLS from the first byte."),
        AuthenticationException => Refused(
            Reasons.SmtpAuthentication,
            $"{Server} refused to authenticate '{settings.UserName}': check {Section}:UserName and "
                + $"{(settings.AccessTokenFile.Length > 0 ? "the token in AccessTokenFile" : "Password")}."),
        SmtpCommandException command => Of(command),
        SocketException or IOException or SmtpProtocolException => Delivery.Failed(Reasons.SmtpConnection) with
        {
            Advice =
                $"The connection to {Server} failed or broke off: check Host and Port, the firewall, and whether the mail server runs.",
        },
        MailKit.ServiceNotAuthenticatedException => Unauthenticated(Reasons.Smtp530),
        _ => null,
    };

    // 5xx of RCPT says that there is no such mailbox; other 5xx are a matter of settings, which an administrator may correct. RFC 5321
    // §4.2.1.
    private Delivery Of(SmtpCommandException failure)
    {
        var status = (int)failure.StatusCode;
        var reason = string.Create(CultureInfo.InvariantCulture, $"smtp_{status}");
        var said = EnhancedCode().Match(failure.Message) is { Success: true } code
            ? $"{status} {code.Value}"
            : status.ToString(CultureInfo.InvariantCulture);
        if (status == 530)
            return Unauthenticated(reason);
        if (status < 500)
            return Delivery.Failed(reason) with
            {
                Advice = $"{Server} answered {said}, which passes: it is tried again. Look at the log of the mail server if it stays.",
            };
        return failure.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => new Delivery(DeliveryVerdict.Undeliverable, reason)
            {
                Advice =
                    $"{Server} answered {said} to the recipient's address: there is no such mailbox, or the server does not relay for this "
                        + "hub; its log says which.",
            },
            SmtpErrorCode.SenderNotAccepted => Refused(
                reason,
                $"{Server} answered {said} to the sender's address: set {Section}:From to an address that this user may send from."),
            _ => Refused(reason, $"{Server} answered {said} to the message: look at the log of the mail server."),
        };
    }

    private Delivery Unauthenticated(string reason) =>
        Refused(reason, $"{Server} wants to know who sends: set {Section}:UserName, and Password or AccessTokenFile.");

    private static Delivery Refused(string reason, string advice) => new(DeliveryVerdict.Refused, reason) { Advice = advice };

    private static string Names(IEnumerable<string> mechanisms) =>
        string.Join(
            ", ", mechanisms.Where(name => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", RegexOptions.None, 100)]
    private static partial Regex EnhancedCode();
}
