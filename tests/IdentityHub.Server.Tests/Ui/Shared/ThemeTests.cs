using System.Text;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Shared;

/// <summary>A folder takes the place of the built-in look and of any text, while the server runs.</summary>
[TestFixture(DatabaseKind.Sqlite)]
public class ThemeTests(DatabaseKind kind)
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-theme-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Colours_logo_and_texts_of_the_folder_are_used()
    {
        Write("theme.css", ":root { --accent: #7a0f3c; }");
        Write("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Write("texts.en.json", """{ "product.name": "Acme & Sons", "login.submit": "Let me in", "scope.openid": "Know you", }""");
        Write("texts.de.json", """{ "product.name": "Acme & Söhne" }""");
        await using var hub = await StartAsync();

        var page = await OpenAsync(hub);
        var german = await new Browser(hub.Client) { AcceptLanguage = "de" }.GetAsync("/login");
        var styles = page.Document.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(page.Document.Title, Is.EqualTo("Sign in · Acme & Sons"));
            Assert.That(page.Text("form button"), Is.EqualTo("Let me in"));
            Assert.That(page.Document.QuerySelector(".brand img")!.GetAttribute("alt"), Is.EqualTo("Acme & Sons"));
            Assert.That((german.Document.Title, german.Text("form button")), Is.EqualTo(("Anmelden · Acme & Söhne", "Anmelden")));
            Assert.That(styles, Has.Count.EqualTo(2));
            Assert.That(styles[0], Does.StartWith("/assets/hub.css?v="));
            Assert.That(styles[1], Does.StartWith("/assets/theme.css?v="));
        });
        var style = await hub.Client.GetAnswerAsync(styles[1]);
        var logo = await hub.Client.GetAnswerAsync(page.Document.QuerySelector(".brand img")!.GetAttribute("src")!);
        Assert.That(
            (style.Body, style.Header("Content-Type"), style.Header("Cache-Control")),
            Is.EqualTo((":root { --accent: #7a0f3c; }", "text/css; charset=utf-8", "public, max-age=31536000, immutable")));
        Assert.That((logo.Header("Content-Type"), logo.Header("X-Content-Type-Options")), Is.EqualTo(("image/svg+xml", "nosniff")));
        Assert.That(
            logo.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'").And.EndWith("sandbox"),
            "opened as a page, a drawing runs nothing");
        Assert.That(Warnings(hub), Is.Empty);
    }

    [Test]
    public async Task Mails_have_the_look_and_the_name_of_the_theme()
    {
        Write("theme.css", ":root { --accent: light-dark(#7a0f3c, #ffb0c8); --accent-text: #fed; }");
        Write("texts.de.json", """{ "product.name": "Acme & <Söhne>" }""");
        await using var hub = await StartAsync();
        var words = hub.Services.GetRequiredService<MessageWords>();
        var values = new Dictionary<string, string>
        {
            ["link"] = "https://acme.test/reset",
            ["minutes"] = "10",
            ["days"] = "7",
            ["user"] = "alice",
            ["code"] = "123456",
            ["client"] = "Shop",
            ["when"] = "2026-11-29 10:00 UTC",
            ["address"] = "203.0.113.10",
            ["device"] = "Chrome",
        };

        foreach (var kind in TemplateKind.All.Where(kind => kind.IsMail))
        {
            var (german, other) = (words.Write(kind, null, ["de-CH", "en"], values), words.Write(kind, null, [null, "fr"], values));
            Assert.That(german.Html, Does.Contain("background: #7a0f3c; color: #fed").And.Contain("Acme &amp; &lt;Söhne&gt;"), kind.Name);
            Assert.That(other.Html, Does.Contain("background: #7a0f3c").And.Contain(">IdentityHub<"), kind.Name);
        }
    }

    [TestCase(":root { --accent: #ABC; }", "#ABC", "#ffffff")]
    [TestCase(":root { --accent:#112233;--accent-text :#445566 }", "#112233", "#445566")]
    [TestCase(":root { --accent: light-dark( #112233 , #445566); }", "#112233", "#ffffff")]
    [TestCase(":root { --accent: #111111; } @media x { :root { --accent: #222222; } }", "#222222", "#ffffff")]
    [TestCase(":root { --accent-strong: #112233; --accent: rgb(1 2 3); }", "#0b5cad", "#ffffff")]
    [TestCase(":root { --accent: #12345; } /* --my-accent: #112233 */", "#0b5cad", "#ffffff")]
    [TestCase("", "#0b5cad", "#ffffff")]
    public void The_colours_of_a_mail_are_the_light_ones_of_the_style_sheet(string css, string accent, string accentText) =>
        Assert.That(ThemeColors.Of(Encoding.UTF8.GetBytes(css)), Is.EqualTo(new ThemeColors(accent, accentText)));

    [Test]
    public void The_colours_of_a_mail_without_a_theme_are_those_of_the_pages() =>
        Assert.That(
            ThemeColors.Of(File.ReadAllBytes(SourceTree.PathOf("src/IdentityHub.Server/Ui/Shared/hub.css"))),
            Is.EqualTo(ThemeColors.BuiltIn));

    [Test]
    public async Task The_first_screen_and_the_outbox_have_the_look_and_the_name_of_the_theme()
    {
        Write("theme.css", ":root { --accent: light-dark(#7a0f3c, #ffb0c8); }");
        Write("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Write("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"small\"/>");
        Write("texts.en.json", """{ "product.name": "Acme & <Sons>" }""");
        await using var hub = await StartAsync();

        foreach (var (path, title) in new[]
            {
                ("/", "Acme & <Sons>"), ("/dev/outbox", "Outbox · Acme & <Sons>"), ("/login", "Sign in · Acme & <Sons>"),
            })
        {
            var page = await new Browser(hub.Client).GetAsync(path);
            var icon = page.Document.QuerySelector("link[rel=icon]")!.GetAttribute("href")!;
            Assert.Multiple(async () =>
            {
                Assert.That(page.Document.Title, Is.EqualTo(title));
                Assert.That(page.Document.QuerySelector(".brand img")!.GetAttribute("alt"), Is.EqualTo("Acme & <Sons>"), path);
                Assert.That(
                    page.Document.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")),
                    Has.Some.StartsWith("/assets/theme.css?v="), path);
                Assert.That((await hub.Client.GetAnswerAsync(icon)).Body, Does.Contain("small"), path);
            });
        }

        Assert.That((await hub.Client.GetAnswerAsync("/favicon.ico")).Body, Does.Contain("small"));
        Assert.That(Warnings(hub), Is.Empty);
    }

    [Test]
    public async Task The_browser_s_tab_has_the_logo_where_the_theme_has_no_picture_of_its_own_for_it()
    {
        File.WriteAllBytes(Path.Combine(_folder, "logo.png"), Png);
        await using var hub = await StartAsync();
        var icon = await hub.Client.GetAnswerAsync((await OpenAsync(hub)).Document.QuerySelector("link[rel=icon]")!.GetAttribute("href")!);

        Assert.That((icon.Status, icon.Header("Content-Type")), Is.EqualTo((200, "image/png")));
    }

    [TestCase(":root { --page: #ffffff; }", true)]
    [TestCase(":root { --page: light-dark(#ffffff, #000000); }", false)]
    [TestCase("@media (prefers-color-scheme: dark) { :root { --page: #000000; } }", false)]
    [TestCase(":root { color-scheme: light; }", false)]
    public async Task A_style_sheet_that_says_nothing_of_dark_mode_has_light_pages(string css, bool isLightOnly)
    {
        Write("theme.css", css);
        await using var hub = await StartAsync();

        foreach (var path in new[] { "/login", "/" })
            Assert.That(
                (await new Browser(hub.Client).GetAsync(path)).Document.DocumentElement.ClassName == "light-only", Is.EqualTo(isLightOnly),
                path);
        Assert.That(
            hub.Logs.Records.Count(record => record.Contains("says nothing about dark mode", StringComparison.Ordinal)),
            Is.EqualTo(isLightOnly ? 1 : 0));
    }

    [TestCase("texts.pl.json")]
    [TestCase("themes.css")]
    [TestCase("favicon.gif")]
    public async Task A_file_that_is_no_part_of_a_theme_is_named_with_those_that_are(string name)
    {
        Write("README.md", "What this is.");
        await using var hub = await StartAsync();
        await OpenAsync(hub);
        Assert.That(Warnings(hub), Is.Empty);
        Assert.That(hub.Logs.Records, Has.Some.Contains("Languages of the pages: de, en, es, fr, nl, pt."));

        Write(name, "{}");
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync(hub);
        Assert.That(
            Warnings(hub),
            Has.Exactly(1)
                .Contains(
                    $"{name} is not used: It is none of theme.css, logo.svg, logo.png, favicon.svg, favicon.png, texts.de.json, "
                        + "texts.en.json, texts.es.json, texts.fr.json, texts.nl.json, texts.pt.json."));
    }

    [Test]
    public async Task The_example_has_no_fault_and_changes_the_look_of_every_page()
    {
        await using var hub = await Hub.StartAsync(
            CodeFlow.Config, kind, services: null, ("IdentityHub:Theme:Directory", SourceTree.PathOf("deploy/theme-example")));

        Assert.That((await OpenAsync(hub)).Document.Title, Is.EqualTo("Sign in · Meadow Bank"));
        Assert.That(
            (await new Browser(hub.Client) { AcceptLanguage = "de" }.GetAsync("/login")).Document.Title,
            Is.EqualTo("Anmelden · Meadow Bank"));
        Assert.That(Warnings(hub), Is.Empty);
        Assert.That(hub.Logs.Records, Has.None.Contains("says nothing about dark mode"));
    }

    [Test]
    public async Task A_change_is_seen_a_second_later_and_what_is_taken_away_comes_back_built_in()
    {
        await using var hub = await StartAsync();
        Assert.That((await OpenAsync(hub)).Text("form button"), Is.EqualTo("Sign in"));

        Write("texts.en.json", """{ "login.submit": "Let me in" }""");
        File.WriteAllBytes(Path.Combine(_folder, "logo.png"), Png);
        Write("theme.css", "body { color: red; }");
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        var changed = await OpenAsync(hub);
        Assert.That(
            (changed.Text("form button"), changed.Document.QuerySelectorAll("link[rel=stylesheet]").Length), Is.EqualTo(("Let me in", 2)));
        Assert.That(
            (await hub.Client.GetAnswerAsync(changed.Document.QuerySelector(".brand img")!.GetAttribute("src")!)).Header("Content-Type"),
            Is.EqualTo("image/png"));

        foreach (var file in Directory.GetFiles(_folder))
            File.Delete(file);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        var back = await OpenAsync(hub);
        Assert.That(
            (back.Text("form button"), back.Document.QuerySelectorAll("link[rel=stylesheet]").Length, back.Text(".brand")),
            Is.EqualTo(("Sign in", 1, "IdentityHub")));
        Assert.That((await hub.Client.GetAnswerAsync("/assets/theme.css")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_text_with_a_fault_is_logged_with_its_file_and_the_built_in_one_stays()
    {
        await using var hub = await StartAsync();
        foreach (var (json, fault) in new[]
        {
            ("{ \"login.submitt\": \"x\" }", "There is no text 'login.submitt'; 'login.submit' was meant, perhaps."),
            ("{ \"nonsense.altogether\": \"x\" }", "There is no text 'nonsense.altogether'."),
            ("{ \"login.submit\": 7 }", "Text 'login.submit' is no string."), ("{\n \"login.submit\": ", "It is no valid JSON (line 2)."),
            ("[]", "It is no JSON object."), ("", "It is no valid JSON (line 1)."),
            ($"{{ \"login.submit\": \"{new string('x', 2001)}\" }}", "Text 'login.submit' is longer than 2000 characters."),
        })
        {
            var before = Warnings(hub).Count();
            Write("texts.en.json", json);
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            var page = await OpenAsync(hub);

            Assert.That((page.Status, page.Text("form button")), Is.EqualTo((200, "Sign in")), json);
            Assert.That(Warnings(hub).Skip(before), Has.Exactly(1).Items.And.All.Contains("texts.en.json").And.All.Contains(fault));
        }
    }

    [Test]
    public async Task One_fault_does_not_cost_the_other_texts()
    {
        Write("texts.en.json", """{ "wrong.key": "x", "login.submit": "Let me in" }""");
        await using var hub = await StartAsync();

        Assert.That((await OpenAsync(hub)).Text("form button"), Is.EqualTo("Let me in"));
    }

    [Test]
    public async Task A_file_that_is_too_large_is_not_used()
    {
        string[] names = ["theme.css", "logo.svg", "logo.png", "favicon.svg", "texts.en.json"];
        foreach (var name in names)
            Write(name, new string(' ', (512 * 1024) + 1));
        await using var hub = await StartAsync();
        var page = await OpenAsync(hub);

        Assert.That(
            (page.Status, page.Text(".brand"), page.Document.QuerySelectorAll("link[rel=stylesheet]").Length),
            Is.EqualTo((200, "IdentityHub", 1)));
        foreach (var name in names)
            Assert.That(Warnings(hub), Has.Exactly(1).Contains($"{name} is not used: It is longer than"));
    }

    [Test]
    public async Task A_link_out_of_the_folder_is_not_followed_and_one_inside_is()
    {
        var outside = Directory.CreateTempSubdirectory("hub-outside-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "secret.css"), "secret");
            File.CreateSymbolicLink(Path.Combine(_folder, "theme.css"), Path.Combine(outside, "secret.css"));
            File.CreateSymbolicLink(Path.Combine(_folder, "logo.svg"), Path.Combine("..", Path.GetFileName(outside), "secret.css"));
            Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), outside);
            File.CreateSymbolicLink(Path.Combine(_folder, "logo.png"), Path.Combine("linked", "secret.css"));

            // As a container mounts configuration.
            Directory.CreateDirectory(Path.Combine(_folder, "..2026_11_22"));
            File.WriteAllText(Path.Combine(_folder, "..2026_11_22", "texts.en.json"), """{ "login.submit": "Let me in" }""");
            Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2026_11_22");
            File.CreateSymbolicLink(Path.Combine(_folder, "texts.en.json"), Path.Combine("..data", "texts.en.json"));
            await using var hub = await StartAsync();
            var page = await OpenAsync(hub);

            Assert.That((page.Text("form button"), page.Text(".brand")), Is.EqualTo(("Let me in", "IdentityHub")));
            foreach (var path in new[] { "/assets/theme.css", "/assets/logo", "/assets/logo.svg", "/assets/logo.png" })
                Assert.That((await hub.Client.GetAnswerAsync(path)).Body, Does.Not.Contain("secret"), path);
            Assert.That(Warnings(hub), Has.Exactly(3).Contains("outside the theme's folder"));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Test]
    public async Task Nothing_of_the_folder_is_served_but_style_and_logo()
    {
        Write("notes.txt", "private");
        Write("texts.en.json", "{}");
        await using var hub = await StartAsync();

        foreach (var path in new[]
            {
                "/assets/../theme.css", "/assets/%2e%2e/texts.en.json", "/assets/texts.en.json", "/assets/notes.txt", "/assets/theme.css",
            })
            Assert.That((await hub.Client.GetAnswerAsync(path)).Status, Is.EqualTo(404), path);
    }

    [Test, Spec("ASSURANCE", "I4")]
    public async Task I4_A_text_of_a_theme_is_text()
    {
        Write(
            "texts.en.json",
            System.Text.Json.JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["product.name"] = Pages.Evil,
                    ["login.submit"] = Pages.Evil,
                    ["login.for"] = Pages.Evil + "{client}{nothing}{",
                }));
        await using var hub = await StartAsync();
        var page = await new Browser(hub.Client).GetAsync(CodeFlow.Address("web"));

        Assert.That(page.IsIntact(), Is.True);
        Assert.That((page.Text("form button"), page.Text(".lead")), Is.EqualTo((Pages.Evil, Pages.Evil + "Web shop{nothing}{")));
    }

    [Test]
    public void A_folder_that_is_missing_is_a_fault_of_the_settings()
    {
        var settings = new HubSettings
        {
            Stage = "development",
            Issuer = "https://hub.test",
            Theme = { Directory = Path.Combine(_folder, "nowhere") },
        };

        Assert.That(new HubSettingsValidator().Validate(null, settings).Failures, Has.Exactly(1).Contains("IdentityHub:Theme:Directory"));
    }

    private static IEnumerable<string> Warnings(Hub hub) =>
        hub.Logs.Records.Where(record =>
            record.StartsWith("Warning", StringComparison.Ordinal) && record.Contains("theme", StringComparison.OrdinalIgnoreCase));

    private static Task<Page> OpenAsync(Hub hub) => new Browser(hub.Client).GetAsync("/login");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private Task<Hub> StartAsync() => Hub.StartAsync(CodeFlow.Config, kind, services: null, ("IdentityHub:Theme:Directory", _folder));
}
