using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Shared;

/// <summary>What is true of every page.</summary>
[Spec("ASSURANCE", "I4")]
public class PageHeadersTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    public static readonly string[] Paths =
    [
        "/login", "/consent", "/logout", "/device", "/account", "/account/password", "/account/sessions", "/account/applications",
        "/account/passkeys", "/signup", "/login/code", "/login/passkey", "/error", "/nowhere"
    ];

    [TestCaseSource(nameof(Paths))]
    public async Task I4_Nothing_runs_in_a_page_nothing_frames_it_and_nobody_keeps_it(string path)
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        foreach (var (page, isSignedIn) in new[] { (await browser.GetAsync(path), true), (await new Browser(Client).GetAsync(path), false) }
        )
        {
            var showsMoments = isSignedIn && path is "/device" or "/account/sessions" or "/account/applications" or "/account/passkeys";
            var asksForPasskeys = page.Document.QuerySelector("form[data-passkey]") is not null;
            var asksForPassword = page.Document.QuerySelector("[type=password]") is not null;
            Assert.Multiple(() =>
            {
                Assert.That(
                    page.Answer.Header("Content-Security-Policy"),
                    Is.EqualTo(
                        "default-src 'none'; style-src 'self'; img-src 'self'"
                            + $"{(asksForPasskeys || asksForPassword || showsMoments ? "; script-src 'self'" : "")}"
                            + $"{(asksForPasskeys ? "; connect-src 'self'" : "")}; form-action "
                            + "'self'; base-uri 'none'; frame-ancestors 'none'"));
                Assert.That(
                    (page.Answer.Header("X-Content-Type-Options"), page.Answer.Header("X-Frame-Options"),
                        page.Answer.Header("Referrer-Policy")),
                    Is.EqualTo(("nosniff", "DENY", "no-referrer")));
                Assert.That(page.Answer.Header("Cache-Control"), Does.Contain("no-store"));
                Assert.That(page.Document.QuerySelectorAll("style, [style], base, meta[http-equiv]"), Is.Empty);
                Assert.That(
                    page.Document.QuerySelectorAll("script")
                        .Select(script => (script.GetAttribute("src")!.Split('?')[0], script.TextContent)),
                    Is.EqualTo(
                        [
                            .. showsMoments ? [("/assets/local-time.js", "")] : Array.Empty<(string, string)>(),
                            .. asksForPassword ? [("/assets/passwords.js", "")] : Array.Empty<(string, string)>(),
                            .. asksForPasskeys ? [("/assets/passkeys.js", "")] : Array.Empty<(string, string)>(),
                        ]));
                Assert.That(
                    page.Document.QuerySelectorAll("link[href], img")
                        .Select(asset => asset.GetAttribute("href") ?? asset.GetAttribute("src")),
                    Is.All.StartsWith("/assets/"));
                Assert.That(page.Document.DocumentElement.GetAttribute("lang"), Is.EqualTo("en"));
                Assert.That(
                    (page.Document.QuerySelectorAll("h1").Length, page.Document.QuerySelectorAll("main").Length,
                        page.Document.QuerySelectorAll("header").Length),
                    Is.EqualTo((1, 1, 1)));
                Assert.That(page.Document.QuerySelectorAll("[id]").Select(element => element.Id), Is.Unique);
                Assert.That(page.Document.QuerySelectorAll("[autofocus]").Length, Is.LessThanOrEqualTo(1));
            });
        }
    }

    [Test]
    public async Task A_page_that_is_not_there_is_told_to_a_browser_as_a_page_and_to_a_program_as_nothing()
    {
        var browser = await new Browser(Client) { AcceptLanguage = "de" }.GetAsync("/nowhere");
        var program = await Client.GetAnswerAsync("/nowhere");

        Assert.That((browser.Status, browser.Text("h1")), Is.EqualTo((404, "Diese Seite gibt es nicht")));
        Assert.That((program.Status, program.Body), Is.EqualTo((404, "")));
    }

    [Test]
    public async Task The_error_page_names_the_check_the_code_and_the_trace_and_in_Development_what_was_meant()
    {
        var page = await new Browser(Client) { AcceptLanguage = "de" }.GetAsync(
            CodeFlow.Address("web", ("redirect_uri", "https://web.test/cbb"))
        );

        Assert.Multiple(() =>
        {
            Assert.That((page.Status, page.Text("h1")), Is.EqualTo((400, "Das hat nicht geklappt")));
            Assert.That(
                page.Text("dd[lang=en]"),
                Is.EqualTo(
                    "Parameter 'redirect_uri' is not registered for this client. The nearest one that is registered: https://web.test/cb"
                ));
            Assert.That(
                page.Document.QuerySelectorAll("dd code").Select(code => code.TextContent),
                Has.Exactly(1).EqualTo("invalid_request").And.Exactly(1).Matches("^[0-9a-f]{32}$"));
        });
    }

    [Test]
    public async Task A_style_sheet_is_kept_by_its_address_and_asked_for_again_by_its_tag()
    {
        var address = (await new Browser(Client).GetAsync("/login")).Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;
        var named = await Client.GetAnswerAsync(address);
        var bare = await Client.GetAnswerAsync("/assets/hub.css");
        var request = new HttpRequestMessage(HttpMethod.Get, "/assets/hub.css");
        request.Headers.Add("If-None-Match", bare.Header("ETag"));
        var again = await Client.AnswerAsync(request);
        var head = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Head, "/assets/logo"));

        Assert.Multiple(() =>
        {
            Assert.That(named.Header("Cache-Control"), Is.EqualTo("public, max-age=31536000, immutable"));
            Assert.That(bare.Header("Cache-Control"), Is.EqualTo("public, max-age=300"));
            Assert.That((again.Status, again.Body), Is.EqualTo((304, "")));
            Assert.That((head.Status, head.Header("Content-Type"), head.Body), Is.EqualTo((200, "image/svg+xml", "")));
        });
    }

    [Test]
    public async Task A_form_that_is_too_large_is_refused()
    {
        var browser = new Browser(Client);
        var login = await browser.GetAsync("/login");
        var page = await browser.SubmitAsync(login, "/login", ("username", new string('x', 100_000)), ("password", "x"));

        Assert.That(page.Status, Is.AnyOf(400, 413));
    }
}
