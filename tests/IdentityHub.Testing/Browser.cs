using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace IdentityHub.Testing;

/// <summary>
/// A browser without a screen: keeps the cookies of one server, follows its redirects, fills in its forms. Stops where it is sent
/// elsewhere.
/// </summary>
/// <param name="client">Follows no redirect and keeps no cookie itself.</param>
public sealed class Browser(HttpClient client)
{
    private const int MostRedirects = 10;
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    /// <summary>Name → value of what the server has set and not taken back.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Every <c>Set-Cookie</c> line so far.</summary>
    public List<string> CookieLines { get; } = [];

    /// <summary>Sent as <c>User-Agent</c>; null for none.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Sent as <c>Accept-Language</c>; null for none.</summary>
    public string? AcceptLanguage { get; set; }

    /// <summary>Sent as <c>X-Forwarded-For</c>; null for none.</summary>
    public string? ForwardedFor { get; set; }

    /// <summary>Opens a path of the server.</summary>
    public Task<Page> GetAsync(string path) => FollowAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Opens a path, and does not go where it is sent.</summary>
    public Task<Page> GetOnceAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), withCookies: true);

    /// <summary>Posts a form from a page of the server.</summary>
    public Task<Page> PostAsync(string path, params (string Name, string Value)[] form) =>
        FollowAsync(new HttpRequestMessage(HttpMethod.Post, path).WithForm(form));

    /// <summary>
    /// Posts a form from a page of another site: cookies with SameSite=Lax stay at home; those of the redirects that follow do not.
    /// </summary>
    public async Task<Page> PostFromElsewhereAsync(string path, params (string Name, string Value)[] form) =>
        await FollowAsync(await PostOnceFromElsewhereAsync(path, form));

    /// <summary>Posts a form from a page of another site, and does not go where it is sent.</summary>
    public Task<Page> PostOnceFromElsewhereAsync(string path, params (string Name, string Value)[] form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path).WithForm(form), withCookies: false);

    /// <summary>
    /// Submits a form of a page with what stands in it, but for <paramref name="fields"/>; a null value leaves a field out.
    /// </summary>
    public async Task<Page> SubmitAsync(Page page, IHtmlFormElement form, params (string Name, string? Value)[] fields) =>
        await FollowAsync(await SubmitOnceAsync(page, form, fields));

    /// <summary>Submits a form, and does not go where it is sent.</summary>
    public Task<Page> SubmitOnceAsync(Page page, IHtmlFormElement form, params (string Name, string? Value)[] fields)
    {
        var standing = form.QuerySelectorAll("input[name], select[name], textarea[name]")
            .Where(IsSent)
            .Select(field => (Name: field.GetAttribute("name")!, Value: ValueOf(field)));
        var sent = standing.Where(field => fields.All(given => given.Name != field.Name))
            .Concat(fields.Where(field => field.Value is not null).Select(field => (field.Name, Value: field.Value!))).ToArray();
        var action = form.GetAttribute("action") is { Length: > 0 } target ? target : page.Path;
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, action).WithForm(sent), withCookies: true);
    }

    private async Task<Page> FollowAsync(HttpRequestMessage request) => await FollowAsync(await SendAsync(request, withCookies: true));

    private async Task<Page> FollowAsync(Page page)
    {
        for (var i = 0; i < MostRedirects; i++)
        {
            if (page.Location is not { } location || LocalPath(location) is not { } path)
                return page;
            page = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), withCookies: true);
        }

        throw new InvalidOperationException($"More than {MostRedirects} redirects, the last one to {page.Location}.");
    }

    private string? LocalPath(string location) =>
        location.StartsWith('/') ? location
        : location.StartsWith(client.BaseAddress!.ToString(), StringComparison.Ordinal) ? new Uri(location).PathAndQuery
        : null;

    private async Task<Page> SendAsync(HttpRequestMessage request, bool withCookies)
    {
        var path = request.RequestUri!.ToString();
        if (withCookies && Cookies.Where(cookie => IsSentTo(path, cookie.Key)).ToList() is { Count: > 0 } cookies)
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if (UserAgent is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        if (AcceptLanguage is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", AcceptLanguage);
        if (ForwardedFor is not null)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", ForwardedFor);
        using (request)
        using (var response = await client.SendAsync(request))
        {
            foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
                Keep(line);
            return new Page(path, await Answer.ReadAsync(response));
        }
    }

    private void Keep(string line)
    {
        CookieLines.Add(line);
        if (IsRefused(line))
            return;
        var pair = line.Split(';')[0];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (pair[..equals], pair[(equals + 1)..]);
        if (value.Length == 0 || line.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            Cookies.Remove(name);
        else
            Cookies[name] = value;
        var attributes = line.Split(';')
            .Select(part => part.Trim().Split('=', 2))
            .ToDictionary(part => part[0], part => part.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        _paths[name] = attributes.GetValueOrDefault("path", "/");
    }

    // As browsers do: RFC 6265bis §4.1.3.
    private static bool IsRefused(string line) =>
        line.StartsWith("__Host-", StringComparison.Ordinal)
        && !line.Split(';').Any(part => part.Trim().Equals("path=/", StringComparison.OrdinalIgnoreCase));

    // RFC 6265 §5.1.4. What a test has put there itself goes everywhere.
    private bool IsSentTo(string address, string cookie)
    {
        var (path, own) = (address.Split('?')[0], _paths.GetValueOrDefault(cookie, "/"));
        return own == "/" || path == own || path.StartsWith(own + "/", StringComparison.Ordinal);
    }

    private static bool IsSent(AngleSharp.Dom.IElement field) =>
        field is not IHtmlInputElement { Type: "submit" or "button" }
        && (field is not IHtmlInputElement { Type: "checkbox" or "radio" } box || box.IsChecked);

    private static string ValueOf(AngleSharp.Dom.IElement field) => field switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlSelectElement select => select.Value ?? "",
        IHtmlTextAreaElement area => area.Value,
        _ => "",
    };
}

/// <summary>What a browser shows: an answer, read as a page.</summary>
/// <param name="Path">Path and query that it came from.</param>
public sealed record Page(string Path, Answer Answer)
{
    private const string AtOnce = "0;url=";
    private IHtmlDocument? _document;

    private string? Refresh =>
        Document.QuerySelector("meta[http-equiv=refresh]")?.GetAttribute("content") is { } content
        && content.StartsWith(AtOnce, StringComparison.Ordinal)
            ? content[AtOnce.Length..]
            : null;

    /// <summary>The page as a browser understands it.</summary>
    public IHtmlDocument Document => _document ??= new HtmlParser().ParseDocument(Answer.Body);

    public int Status => Answer.Status;

    /// <summary>Where the browser is sent, by a header or at once by the page itself; null when nowhere.</summary>
    public string? Location =>
        Answer.Header("Location") ?? (Answer.Body.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal) ? Refresh : null);

    /// <summary>The first form that holds a field of this name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public IHtmlFormElement FormWith(string field) =>
        Document.Forms.FirstOrDefault(form => form.QuerySelector($"[name='{field}']") is not null)
        ?? throw new InvalidOperationException($"The page {Path} has no form with a field '{field}': {Answer}");

    /// <summary>The parameter of the address that the browser is sent to, in its query or fragment; null when it has none.</summary>
    public string? Sent(string name)
    {
        var location = Location ?? throw new InvalidOperationException($"The browser is not sent anywhere: {Answer}");
        var start = location.IndexOfAny(['?', '#']);
        return start < 0
            ? null
            : location[(start + 1)..]
                .Split('&')
                .Select(pair => pair.Split('=', 2))
                .Where(pair => pair[0] == name)
                .Select(pair => Uri.UnescapeDataString(pair[1]))
                .FirstOrDefault();
    }
}
