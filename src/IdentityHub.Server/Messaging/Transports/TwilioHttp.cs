using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdentityHub.Server.Settings;
using Twilio.Http;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>The way of Twilio's client to the network, for one call: the hub's own outbound HTTP, at the address of the settings.</summary>
internal sealed class TwilioHttp(TwilioSettings settings, OutboundHttp outbound, CancellationToken cancellationToken)
    : Twilio.Http.HttpClient
{
    /// <summary>What came back, before the client made something of it; null while nothing was sent.</summary>
    public OutboundAnswer? Answer { get; private set; }

    public override Response MakeRequest(Request request) =>
        throw new NotSupportedException("The hub sends nothing while a thread waits for it.");

    public override async Task<Response> MakeRequestAsync(Request request)
    {
        var uri = new Uri(settings.BaseUrl.TrimEnd('/') + request.ConstructUrl().PathAndQuery);
        using var message = new HttpRequestMessage(new System.Net.Http.HttpMethod(request.Method.ToString()), uri)
        {
            Content = new FormUrlEncodedContent(request.PostParams),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{request.Username}:{request.Password}")));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var answer = await outbound.SendAsync(message, cancellationToken);
        Answer = answer;
        return new Response((HttpStatusCode)answer.Status, Encoding.UTF8.GetString(answer.Body.Span), null);
    }
}
