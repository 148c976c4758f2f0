using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdentityHub.Server.Http;
using IdentityHub.Server.Messaging.Transports;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.DevOutbox;

/// <summary>
/// <c>GET /dev/outbox</c>, in Development only: what would have been sent by e-mail or text message, the newest first; as JSON for
/// <c>Accept: application/json</c>.
/// </summary>
internal static class OutboxPage
{
    private const string Json = "application/json";
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    public static void MapDevOutbox(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<HubSettings>>().Value.IsDevelopment)
            return;
        var outbox = routes.ServiceProvider.GetRequiredService<DevelopmentOutbox>();
        routes.MapGet(WellKnown.DevOutbox, http =>
        {
            var asJson = http.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == Json);
            SetHeaders(http.Response, asJson);
            return http.Response.WriteAsync(asJson ? RenderJson(outbox.Messages) : RenderHtml(http, outbox.Messages), http.RequestAborted);
        });
    }

    private static void SetHeaders(HttpResponse response, bool asJson)
    {
        PlainPage.SetHeaders(response, asJson ? Json : "text/html; charset=utf-8");
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
    }

    private static string RenderJson(IReadOnlyList<KeptMessage> messages)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages"u8);
            foreach (var (channel, at, message) in messages)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, message.Id);
                json.WriteString("at"u8, at);
                json.WriteString("channel"u8, channel);
                json.WriteString("to"u8, message.To);
                json.WriteString("subject"u8, message.Text.Subject);
                json.WriteString("text"u8, message.Text.Text);
                json.WriteString("html"u8, message.Text.Html);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string RenderHtml(HttpContext http, IReadOnlyList<KeptMessage> messages)
    {
        var page = PlainPage.Begin(http, "Outbox").Append(
            """
            <div class="card">
            <h1>Outbox</h1>
            <p>E-mail and text messages that went nowhere but here, because this is Development and no mail server or SMS provider is set. Reload the page for new ones.</p>
            </div>

            """);
        if (messages.Count == 0)
            page.Append("<div class=\"card\"><p>Nothing has been sent yet.</p></div>\n");
        foreach (var (channel, at, message) in messages)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"""
                <div class="card">
                <h2>{Html.Encode(message.Text.Subject ?? "Text message")}</h2>
                <p class="hint">{channel} to <strong>{Html.Encode(message.To)}</strong>, <time datetime="{at:O}">{at:HH:mm:ss} UTC</time></p>
                <pre tabindex="0">{Html.Encode(message.Text.Text)}</pre>
                </div>

                """);
        }

        return PlainPage.End(page);
    }
}
