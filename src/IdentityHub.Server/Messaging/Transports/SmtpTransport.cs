using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>Sends by SMTP (RFC 5321), with STARTTLS (RFC 3207) and authentication where the settings say so: a connection a message.</summary>
internal sealed class SmtpTransport(SmtpSettings settings) : ITransport
{
    public async Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        // One recipient, made as an address of its own: nothing in it can become a second one, or another header.
        if (!MailAddress.TryCreate(message.To, out var to))
            return new Delivery(DeliveryVerdict.Undeliverable, "recipient_malformed");

        using var mail = new MailMessage { From = new MailAddress(settings.From), Subject = message.Text.Subject, SubjectEncoding = Encoding.UTF8, Body = message.Text.Text, BodyEncoding = Encoding.UTF8 };
        mail.To.Add(to);

        // RFC 3834 §5: nobody's absence note answers it.
        mail.Headers["Auto-Submitted"] = "auto-generated";
        mail.Headers["Message-ID"] = $"<{message.Id:N}@{mail.From.Host}>";
        if (message.Text.Html is { } html)
            mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(html, Encoding.UTF8, MediaTypeNames.Text.Html));

        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.IsEncrypted, DeliveryFormat = SmtpDeliveryFormat.International };
        if (settings.UserName.Length > 0)
            client.Credentials = new NetworkCredential(settings.UserName, settings.Password);
        try
        {
            await client.SendMailAsync(mail, cancellationToken);
            return new Delivery(DeliveryVerdict.Delivered, null);
        }
        catch (SmtpException failure) when (failure.InnerException is not OperationCanceledException)
        {
            return Of(failure);
        }
    }

    // 5xx of RCPT says that there is no such mailbox; other 5xx are a matter of settings, which somebody may put right. RFC 5321 §4.2.1.
    private static Delivery Of(SmtpException failure)
    {
        var status = (int)failure.StatusCode;
        var reason = status > 0 ? string.Create(CultureInfo.InvariantCulture, $"smtp_{status}") : "smtp_connection";
        return failure switch
        {
            SmtpFailedRecipientException when status >= 500 => new Delivery(DeliveryVerdict.Undeliverable, reason),
            _ when status >= 500 => new Delivery(DeliveryVerdict.Refused, reason),
            _ => Delivery.Failed(reason),
        };
    }
}
