using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>How somebody looks at the pages.</summary>
/// <param name="Width">Of the window, in CSS pixels.</param>
public sealed record View(int Width, ColorScheme Colors, string Language)
{
    /// <summary>
    /// True in one view of each page: axe takes seconds, and what it finds does not depend on the language. Contrast is measured in every
    /// view.
    /// </summary>
    public bool RunsAxe => Width < 1000 && Colors == ColorScheme.Light;

    public override string ToString() => $"{Width} px, {Colors}, {Language}";
}

/// <summary>
/// A browser of its own (cookies, window, language), which hears everything that a page complains of.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("IDENTITYHUB_SCREENSHOTS");
    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();
    private readonly IBrowserContext _context;
    private readonly View _view;

    private Visit(IBrowserContext context, IPage page, View view) => (_context, Page, _view) = (context, page, view);

    public IPage Page { get; }

    /// <summary>Errors on the console, CSP violations among them; exceptions; requests that failed.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Every address that was asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <param name="server">Where the pages are; null: the hub of the run.</param>
    /// <param name="speaks">The language that the user will have chosen; null: that of the browser.</param>
    public static async Task<Visit> StartAsync(
        View? view = null, bool withScripts = true, Uri? server = null, string? timeZone = null, string? speaks = null)
    {
        view ??= new View(1280, ColorScheme.Light, "en");
        var context = await Chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (server ?? Chromium.Hub.Client.BaseAddress!).ToString(),
            ViewportSize = new ViewportSize { Width = view.Width, Height = 900 },
            ColorScheme = view.Colors,
            Locale = view.Language,
            JavaScriptEnabled = withScripts,
            TimezoneId = timeZone,
        });
        context.SetDefaultTimeout(20_000);
        var visit = new Visit(context, await context.NewPageAsync(), speaks is null ? view : view with { Language = speaks });
        visit.Listen();
        return visit;
    }

    /// <summary>Opens a page of the hub.</summary>
    /// <returns>Its status.</returns>
    public async Task<int> OpenAsync(string path) => (await Page.GotoAsync(path))!.Status;

    /// <summary>Fills in the login page.</summary>
    public async Task LogInAsync(string userName)
    {
        await Page.FillAsync("#username", userName);
        await Page.FillAsync("#password", Site.Password);
        await Page.ClickAsync("form[action$='/login'] button.whole");
    }

    /// <summary>
    /// Fails for a page that complains, that breaks a rule of axe (WCAG 2.2), that is wider than its window, that cannot be read, or that
    /// shows the key of a text.
    /// </summary>
    public async Task LookAsync(string name)
    {
        await SaveScreenshotAsync(name);
        var broken = _view.RunsAxe ? await FindBrokenRulesAsync(withContrast: false) : [];
        var seen = await Page.EvaluateAsync<Look>(Inspection.Script);
        Assert.Multiple(() =>
        {
            Assert.That(Complaints, Is.Empty, $"{name}, {_view}");
            Assert.That(broken, Is.Empty, $"{name}, {_view}: rules of axe");
            Assert.That(seen.Language, Is.EqualTo(_view.Language), $"{name}, {_view}");
            Assert.That(seen.Overflow, Is.Empty, $"{name}, {_view}: wider than the window");
            Assert.That(seen.Contrast, Is.Empty, $"{name}, {_view}: hard to read");
            Assert.That(seen.Unnamed, Is.Empty, $"{name}, {_view}: nothing tells what it is");
            Assert.That(seen.Keys, Is.Empty, $"{name}, {_view}: keys in place of texts");
            Assert.That(seen.Small, Is.Empty, $"{name}, {_view}: too small for a finger");
            Assert.That((seen.Headings, seen.Mains), Is.EqualTo((1, 1)), $"{name}, {_view}");
        });
    }

    /// <summary>Keeps what the page looks like, where <c>IDENTITYHUB_SCREENSHOTS</c> names a folder.</summary>
    public async Task SaveScreenshotAsync(string name)
    {
        if (Screenshots is null)
            return;
        var file = $"{name}-{_view.Width}-{_view.Colors}-{_view.Language}.png".Replace(' ', '-');
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, file), FullPage = true });
    }

    /// <summary>The rules of axe that the page breaks, each with the element.</summary>
    /// <param name="withContrast">False where <see cref="Inspection"/> measures contrast: it is the rule that takes axe longest.</param>
    public async Task<IReadOnlyList<string>> FindBrokenRulesAsync(bool withContrast = true)
    {
        // In the page itself: the package's own way opens another page for every look.
        await Page.EvaluateAsync(AxeScript);
        return await Page.EvaluateAsync<string[]>(
            """
            async withContrast => {
              const found = await axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: withContrast } } });
              return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`));
            }
            """,
            withContrast);
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void Listen()
    {
        Page.Console += (_, message) =>
        {
            // A refusal has the status of one; that a browser remarks on it is no fault.
            if (message.Type is "error" or "warning"
                && !message.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal))
                Complaints.Add($"{message.Type}: {message.Text}");
        };
        Page.PageError += (_, error) => Complaints.Add($"exception: {error}");
        Page.RequestFailed += (_, request) =>
        {
            // A visitor who goes on before the script of the login page has its answer.
            if (!request.Url.EndsWith("/login/passkey?handler=Options", StringComparison.Ordinal))
                Complaints.Add($"{request.Url}: {request.Failure}");
        };
        Page.Request += (_, request) => Requests.Add(request.Url);
    }
}
