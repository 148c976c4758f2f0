using System.Globalization;
using System.Net;
using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using Twilio.Clients;
using Twilio.Rest.Api.V2010.Account;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>
/// Sends text messages with Twilio's client over the hub's own outbound HTTP. What became of a message is told by the status of the answer,
/// and by the <c>code</c> of its body where it has one: the body may be empty, or no JSON.
/// </summary>
internal sealed class TwilioTransport(TwilioSettings settings, OutboundHttp outbound) : ITransport
{
    private const string Section = "IdentityHub:Sms:Twilio";

    public async Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var http = new TwilioHttp(settings, outbound, cancellationToken);
        var options = new CreateMessageOptions(new Twilio.Types.PhoneNumber(message.To)) { Body = message.Text.Text };
        if (settings.MessagingServiceSid.Length > 0)
            options.MessagingServiceSid = settings.MessagingServiceSid;
        else
            options.From = new Twilio.Types.PhoneNumber(settings.From);
        MessageResource? accepted = null;
        try
        {
            accepted = await MessageResource.CreateAsync(
                options, new TwilioRestClient(settings.AccountSid, settings.AuthToken, httpClient: http));
        }
        catch (Exception) when (http.Answer is not null)
        {
            // The client throws for every answer that it does not expect; the answer itself says more.
        }

        return http.Answer switch
        {
            { Failure: { } failure } => new Delivery(
                failure == OutboundHttp.AddressRefused ? DeliveryVerdict.Refused : DeliveryVerdict.Failed, failure)
            {
                Advice = AdviceOf(failure),
            },
            { Status: >= 200 and < 300 } => new Delivery(DeliveryVerdict.Delivered, null) { Receipt = ReceiptOf(accepted) },
            { } answer => Of((HttpStatusCode)answer.Status, CodeOf(answer.Body)),
            null => throw new InvalidOperationException("Twilio's client has sent nothing."),
        };
    }

    // 429 and 5xx pass; wrong credentials are put right by an administrator; what else is wrong is wrong with this message.
    private static Delivery Of(HttpStatusCode status, string code)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"twilio_{(int)status}{code}");
        return status switch
        {
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => Delivery.Failed(
                reason) with
            {
                Advice = "Twilio is busy or out of order: it is tried again.",
            },
            < HttpStatusCode.BadRequest => Delivery.Failed(reason) with
            {
                Advice = $"{Section}:BaseUrl answers with a redirect, which is not followed: set it to where the API is.",
            },
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Delivery(DeliveryVerdict.Refused, reason)
            {
                Advice = $"Twilio refused the account: check {Section}:AccountSid and AuthToken.",
            },
            HttpStatusCode.NotFound => new Delivery(DeliveryVerdict.Refused, reason)
            {
                Advice = $"Twilio does not know the account or the service: check {Section}:AccountSid, MessagingServiceSid and BaseUrl.",
            },
            _ => new Delivery(DeliveryVerdict.Undeliverable, reason)
            {
                Advice =
                    code.Length > 0
                        ? $"https://www.twilio.com/docs/errors/{code[1..]} says what is wrong with the recipient's number or with "
                            + $"{Section}:From."
                        : $"Twilio refused the recipient's number or {Section}:From.",
            },
        };
    }

    private static string AdviceOf(string failure) => failure switch
    {
        OutboundHttp.AddressRefused =>
            $"{Section}:BaseUrl leads to an address of a private network: set IdentityHub:Outbound:AllowPrivateAddresses where "
                + "that is meant.",
        Reasons.TlsFailed => $"The certificate of {Section}:BaseUrl is not trusted.",
        _ => $"{Section}:BaseUrl cannot be reached: check the address, the name server and the firewall.",
    };

    private static string? ReceiptOf(MessageResource? message) =>
        message?.Sid is { Length: > 0 and <= 64 } sid
        && sid.All(char.IsAsciiLetterOrDigit)
        && message.Status?.ToString() is { Length: <= 32 } status
        && status.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? $"twilio {sid} {status}"
            : null;

    // Of the error only its number: its sentence repeats the recipient.
    private static string CodeOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            return
                JsonElement.Parse(body.Span) is { ValueKind: JsonValueKind.Object } error
                && error.TryGetProperty("code", out var code)
                && code.TryGetInt32(out var number)
                ? string.Create(CultureInfo.InvariantCulture, $"_{number}")
                : "";
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
