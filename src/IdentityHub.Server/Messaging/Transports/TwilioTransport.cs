using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>
/// Sends text messages by Twilio's REST API: <c>POST /2010-04-01/Accounts/{AccountSid}/Messages.json</c> with <c>To</c>, <c>From</c>,
/// <c>Body</c>, answered 201, or by an error <c>{code, message, more_info, status}</c>.
/// </summary>
internal sealed class TwilioTransport : ITransport, IDisposable
{
    private const int MaxErrorBytes = 64 * 1024;
    private readonly TwilioSettings _settings;
    private readonly HttpClient _http;
    private readonly Uri _messages;

    public TwilioTransport(TwilioSettings settings)
    {
        _settings = settings;
        _messages = new Uri($"{settings.BaseUrl.TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(settings.AccountSid)}/Messages.json");

        // The outbox's patience ends a call; a redirect would take the credentials elsewhere.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxErrorBytes,
        };
    }

    public async Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _messages)
        {
            Content = new FormUrlEncodedContent([new("To", message.To), new("From", _settings.From), new("Body", message.Text.Text)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_settings.AccountSid}:{_settings.AuthToken}")));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? new Delivery(DeliveryVerdict.Delivered, null)
                : Of(response.StatusCode, CodeOf(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
        }
        catch (HttpRequestException failure)
        {
            return Delivery.Failed(failure.HttpRequestError == HttpRequestError.SecureConnectionError ? "tls_failed" : "connection_failed");
        }
    }

    public void Dispose() => _http.Dispose();

    // 429 and 5xx pass; wrong credentials are put right by an administrator; what else is wrong is wrong with this message.
    private static Delivery Of(HttpStatusCode status, string code)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"twilio_{(int)status}{code}");
        return status switch
        {
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => Delivery.Failed(reason),
            HttpStatusCode.RequestTimeout or < HttpStatusCode.BadRequest => Delivery.Failed(reason),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => new Delivery(DeliveryVerdict.Refused, reason),
            _ => new Delivery(DeliveryVerdict.Undeliverable, reason),
        };
    }

    // Of the error only its number: its sentence repeats the recipient.
    private static string CodeOf(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty("code", out var code) && code.TryGetInt32(out var number)
                ? string.Create(CultureInfo.InvariantCulture, $"_{number}")
                : "";
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
