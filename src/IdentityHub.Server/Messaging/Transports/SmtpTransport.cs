using System.Globalization;
using System.Text;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Users;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>
/// Sends by SMTP (RFC 5321) through MailKit, one connection a message: with STARTTLS (RFC 3207) or TLS from the first byte (RFC 8314), and
/// authenticated by a password or an OAuth 2.0 access token where the settings name one.
/// </summary>
internal sealed class SmtpTransport(SmtpSettings settings) : ITransport
{
    public async Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        // One recipient, made as an address of its own: nothing in it can become a second one, or another header.
        if (ToMailbox(null, message.To) is not { } to)
            return new Delivery(DeliveryVerdict.Undeliverable, Reasons.RecipientMalformed);
        var failures = new SmtpFailures(settings);
        var trust = new SmtpTrust(settings.CaFile);
        var stage = SmtpStage.Connecting;
        using var client = new SmtpClient();

        // A private authority need not publish revocation lists that this machine can reach.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = trust.Validate;
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, Options(), cancellationToken);
            stage = SmtpStage.Authenticating;
            if (settings.UserName.Length > 0 && await AuthenticateAsync(client, failures, cancellationToken) is { } refusal)
                return refusal;

            stage = SmtpStage.Sending;
            using var mail = ToMail(message, to);
            var format = FormatOptions.Default.Clone();

            // RFC 6531: only a local part needs it; subjects are encoded words (RFC 2047), domains are punycode (RFC 5891).
            format.International = NeedsUtf8(to) || NeedsUtf8((MailboxAddress)mail.From[0]);
            if (format.International && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
                return failures.NoSmtpUtf8;

            // MailKit would use it wherever it is offered and a domain is not ASCII, in place of punycode.
            if (!format.International)
                client.Capabilities &= ~SmtpCapabilities.UTF8;
            await client.SendAsync(format, mail, cancellationToken);

            // The server has said that it has the mail; how the connection ends changes nothing about that.
            await HangUpAsync(client, cancellationToken);
            return new Delivery(DeliveryVerdict.Delivered, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return failures.Timeout(stage);
        }
        catch (Exception failure) when (failures.Of(failure, stage, trust.LastFault) is { } told)
        {
            return told;
        }
    }

    private SecureSocketOptions Options() => settings.Security switch
    {
        SmtpSettings.StartTls => SecureSocketOptions.StartTls,
        SmtpSettings.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private async Task<Delivery?> AuthenticateAsync(SmtpClient client, SmtpFailures failures, CancellationToken cancellationToken)
    {
        var offered = client.AuthenticationMechanisms;
        var byToken = settings.AccessTokenFile.Length > 0;
        if (!offered.Any(mechanism => byToken == IsOfToken(mechanism)))
            return failures.NoMechanism(offered, byToken);
        if (!byToken)
        {
            await client.AuthenticateAsync(Encoding.UTF8, settings.UserName, settings.Password, cancellationToken);
            return null;
        }

        if (await ReadTokenAsync(cancellationToken) is not { } token)
            return failures.NoToken;
        SaslMechanism mechanism = offered.Contains("XOAUTH2")
            ? new SaslMechanismOAuth2(settings.UserName, token)
            : new SaslMechanismOAuthBearer(settings.UserName, token);
        await client.AuthenticateAsync(mechanism, cancellationToken);
        return null;
    }

    private async Task<string?> ReadTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(settings.AccessTokenFile, cancellationToken)).Trim();
            return token.Length > 0 && !token.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? token : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private MimeMessage ToMail(OutgoingMessage message, MailboxAddress to)
    {
        var sender = MailboxAddress.Parse(settings.From);
        var from = ToMailbox(sender.Name, sender.Address) ?? sender;
        var mail = new MimeMessage { Subject = message.Text.Subject ?? "", MessageId = $"{message.Id:N}@{from.Domain}" };
        mail.From.Add(from);
        mail.To.Add(to);

        // RFC 3834 §5: no absence note answers it.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        mail.Body = new BodyBuilder { TextBody = message.Text.Text, HtmlBody = message.Text.Html }.ToMessageBody();
        return mail;
    }

    /// <summary>The mailbox with its domain in punycode; null for what is no address.</summary>
    private static MailboxAddress? ToMailbox(string? name, string address)
    {
        var at = address.LastIndexOf('@');
        if (!EmailAddress.IsValid(address))
            return null;
        try
        {
            return new MailboxAddress(name, $"{address[..at]}@{new IdnMapping().GetAscii(address[(at + 1)..])}");
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The library shows a domain in punycode as the letters that it stands for.
    private static bool NeedsUtf8(MailboxAddress mailbox) => !Ascii.IsValid(mailbox.LocalPart);

    private static bool IsOfToken(string mechanism) => mechanism is "XOAUTH2" or "OAUTHBEARER";

    private static async Task HangUpAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception broken)
            when (broken is IOException or MailKit.ProtocolException or MailKit.CommandException or OperationCanceledException)
        {
        }
    }
}
