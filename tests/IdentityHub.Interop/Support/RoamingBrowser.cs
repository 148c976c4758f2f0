using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace IdentityHub.Interop.Support;

/// <summary>A page that a browser shows.</summary>
internal sealed record WebPage(Uri Address, HttpStatusCode Status, IHtmlDocument Document)
{
    public string Text => Document.Body?.TextContent ?? "";

    /// <summary>The first form with a field of this name; null when there is none.</summary>
    public IHtmlFormElement? FormWith(string field) => Document.Forms.FirstOrDefault(form => form.Elements.Any(element => element.GetAttribute("name") == field));

    public override string ToString() => $"{(int)Status} {Address}{Environment.NewLine}{Document.DocumentElement.OuterHtml}";
}

/// <summary>A browser without scripts: follows redirects from server to server, keeps cookies, and fills in forms.</summary>
internal sealed class RoamingBrowser : IDisposable
{
    private readonly HttpClient _http;

    public RoamingBrowser() => _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies });

    public CookieContainer Cookies { get; } = new();

    public async Task<WebPage> OpenAsync(string address) => await ReadAsync(await _http.GetAsync(new Uri(address)));

    /// <summary>Follows the first link of a page to this path.</summary>
    public Task<WebPage> FollowAsync(WebPage page, string path) =>
        OpenAsync(new Uri(page.Address, page.Document.Links.Select(link => link.GetAttribute("href")!).First(href => href.StartsWith(path, StringComparison.Ordinal))).ToString());

    /// <summary>Sends a form as it stands on the page, with other values in some fields, by its first button or the one with this value.</summary>
    public async Task<WebPage> SubmitAsync(WebPage page, IHtmlFormElement form, IReadOnlyDictionary<string, string> values, string? button = null)
    {
        var pressed = form.QuerySelectorAll("button").FirstOrDefault(element => button is null || element.GetAttribute("value") == button);
        var fields = form.Elements.OfType<IHtmlInputElement>()
            .Where(input => input.Name is { Length: > 0 } && (input.Type is not ("checkbox" or "radio") || input.IsChecked))
            .Select(input => KeyValuePair.Create(input.Name!, values.GetValueOrDefault(input.Name!, input.Value)));
        if (pressed?.GetAttribute("name") is { Length: > 0 } name)
            fields = fields.Append(KeyValuePair.Create(name, pressed.GetAttribute("value") ?? ""));
        var action = new Uri(page.Address, pressed?.GetAttribute("formaction") ?? form.GetAttribute("action") ?? "");
        return await ReadAsync(await _http.PostAsync(action, new FormUrlEncodedContent(fields)));
    }

    /// <summary>Logs Alice in where the page asks for that, and agrees to what an application wants to see.</summary>
    public async Task<WebPage> LogInAsync(WebPage page)
    {
        while (page.FormWith("password") is { } login)
            page = await SubmitAsync(page, login, new Dictionary<string, string> { ["username"] = "alice", ["password"] = InteropConfig.Password });
        return page;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<WebPage> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var html = await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync());
            return new WebPage(response.RequestMessage!.RequestUri!, response.StatusCode, html);
        }
    }
}
