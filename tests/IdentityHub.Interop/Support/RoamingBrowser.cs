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
    public IHtmlFormElement? FormWith(string field) =>
        Document.Forms.FirstOrDefault(form => form.QuerySelector($"[name='{field}']") is not null);

    public override string ToString() => $"{(int)Status} {Address}{Environment.NewLine}{Document.DocumentElement.OuterHtml}";
}

/// <summary>
/// A browser without scripts that goes from server to server: follows redirects, keeps cookies as browsers do, and fills in forms.
/// </summary>
internal sealed class RoamingBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public RoamingBrowser() => _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies });

    /// <summary>Another one with copies of its cookies.</summary>
    public RoamingBrowser Clone()
    {
        var clone = new RoamingBrowser();
        clone._cookies.Add(_cookies.GetAllCookies());
        return clone;
    }

    public async Task<WebPage> OpenAsync(string address) => await ReadAsync(await _http.GetAsync(new Uri(address)));

    /// <summary>Follows the first link of a page to this path.</summary>
    public Task<WebPage> FollowAsync(WebPage page, string path) =>
        OpenAsync(
            new Uri(page.Address, page.Document.Links.Select(link => link.GetAttribute("href")!).First(href => href == path)).ToString());

    /// <summary>
    /// Sends a form as it stands on the page, with other values in some fields, by its first button or the one with this value.
    /// </summary>
    public async Task<WebPage> SubmitAsync(
        WebPage page, IHtmlFormElement form, string? button = null, params (string Name, string Value)[] values)
    {
        var pressed = form.QuerySelectorAll("button").First(element => button is null || element.GetAttribute("value") == button);
        var standing = form.QuerySelectorAll<IHtmlInputElement>("input[name]:not([disabled])")
            .Where(input => input.Type is not ("checkbox" or "radio") || input.IsChecked)
            .Select(input => (Name: input.Name!, input.Value)).Where(field => values.All(given => given.Name != field.Name));
        var fields = standing.Concat(values);
        if (pressed.GetAttribute("name") is { } name)
            fields = fields.Append((name, pressed.GetAttribute("value") ?? ""));
        var action = new Uri(page.Address, form.GetAttribute("action") ?? "");
        return await ReadAsync(
            await _http.PostAsync(action, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)))));
    }

    /// <summary>Logs Alice in at the hub's page.</summary>
    public Task<WebPage> LogInAsync(WebPage page) =>
        SubmitAsync(page, page.FormWith("password")!, null, ("username", "alice"), ("password", InteropConfig.Password));

    public void Dispose() => _http.Dispose();

    private static async Task<WebPage> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var html = new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync());
            return new WebPage(response.RequestMessage!.RequestUri!, response.StatusCode, html);
        }
    }
}
