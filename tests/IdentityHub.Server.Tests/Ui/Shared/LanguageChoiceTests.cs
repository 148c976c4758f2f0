using System.Reflection;
using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Mvc;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Shared;

/// <summary>Users choose the language of the pages at their foot.</summary>
public partial class LanguageChoiceTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Cookie = "__Host-hub-language";

    [Test]
    public async Task A_choice_comes_before_the_wish_of_the_client_and_of_the_browser_and_is_kept()
    {
        var browser = new Browser(Client) { AcceptLanguage = "nl" };
        var address = CodeFlow.Address("web", ("ui_locales", "de"));
        var login = await browser.GetAsync(address);
        Assert.That((await browser.GetAsync("/login")).Language(), Is.EqualTo("nl"));

        var french = await ChooseAsync(browser, login, "fr");
        var later = await browser.GetAsync(address);

        Assert.That((login.Language(), french.Language(), later.Language()), Is.EqualTo(("de", "fr", "fr")));
        Assert.That((await browser.GetAsync("/login")).Language(), Is.EqualTo("fr"));
        Assert.That(browser.Cookies[Cookie], Is.EqualTo("fr"), "nothing about a person");
        Assert.That(
            browser.CookieLines.Single(line => line.StartsWith(Cookie, StringComparison.Ordinal)),
            Does.Contain("max-age=31536000").And.Contain("secure").And.Contain("samesite=lax").And.Contain("httponly"));
        Assert.That((await ChooseAsync(browser, later, "en")).Language(), Is.EqualTo("en"));
    }

    [Test]
    public async Task The_login_goes_on_to_its_client_also_after_a_refusal()
    {
        var user = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        var refused = await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web")), user.UserName!, "wrong");

        var page = await ChooseAsync(browser, refused, "es");

        Assert.That((page.Status, page.Language(), page.Text(".lead")), Is.EqualTo((200, "es", "para continuar a Web shop")));
        Assert.That(
            (await browser.LogInAsync(page, user.UserName!, HubUsers.Password)).Location, Does.StartWith("https://web.test/cb?code="));
    }

    [TestCase("xx")]
    [TestCase("../de")]
    [TestCase("de;q=1")]
    [TestCase("")]
    public async Task A_language_that_the_pages_do_not_speak_changes_nothing(string language)
    {
        var browser = new Browser(Client) { AcceptLanguage = "de", Cookies = { [Cookie] = Uri.EscapeDataString(language) } };

        var page = await browser.GetAsync($"/login?lang={Uri.EscapeDataString(language)}");

        Assert.That((page.Status, page.Language()), Is.EqualTo((200, "de")));
        Assert.That(browser.CookieLines.Where(line => line.StartsWith(Cookie, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_page_is_kept_by_no_cache_and_says_what_it_depends_on()
    {
        var page = await new Browser(Client).GetAsync("/login");

        Assert.That(page.Answer.Header("Cache-Control"), Does.Contain("no-store"));
        Assert.That(page.Answer.Header("Vary"), Does.Contain("Accept-Language").And.Contain("Cookie"));
    }

    [Test]
    public async Task The_error_page_offers_no_choice_because_it_stands_in_place_of_another_address()
    {
        var browser = new Browser(Client) { Cookies = { [Cookie] = "pt" } };

        var page = await browser.GetAsync("/connect/authorize?client_id=nobody");

        Assert.That((page.Status, page.Language(), page.Document.QuerySelector(".languages")), Is.EqualTo((400, "pt", (object?)null)));
    }

    [Test]
    public async Task Every_page_speaks_every_language()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        foreach (var language in BuiltInTexts.ByLanguage.Keys)
        {
            browser.Cookies[Cookie] = language;
            foreach (var path in new[]
                {
                    "/login/passkey", "/login/code", "/forgotten", "/forgotten/reset", "/logout", "/device", "/account",
                    "/account/addresses", "/account/password", "/account/passkeys", "/account/authenticator", "/account/sessions",
                    "/account/applications", "/account/data", "/account/deleted", "/account/addresses/undo", "/nowhere",
                })
            {
                var page = await browser.GetAsync(path);

                Assert.That(page.Language(), Is.EqualTo(language), path);
                Assert.That(page.Document.Body!.TextContent, Does.Not.Match(@"\b[a-z_]+(\.[a-z_]+){1,3} ?\{|\{[a-z_]+\}"), path);
            }
        }
    }

    [Test]
    public async Task The_login_page_is_small_in_every_language()
    {
        foreach (var language in BuiltInTexts.ByLanguage.Keys)
        {
            var page = await new Browser(Client).GetAsync(CodeFlow.Address("web", ("ui_locales", language)));
            var scripts = page.Document.Scripts.Select(script => script.Source!).ToList();
            var others = page.Document.QuerySelectorAll("link[href]").Select(link => link.GetAttribute("href")!)
                .Concat(page.Document.QuerySelectorAll("img").Select(image => image.GetAttribute("src")!));
            var sizeOfScripts = await SizeAsync(scripts);
            var size = page.Answer.Body.Length + sizeOfScripts + await SizeAsync(others);

            Assert.That(page.Language(), Is.EqualTo(language));
            Assert.That(sizeOfScripts, Is.InRange(1, 6 * 1024));
            Assert.That(size, Is.LessThan(40 * 1024), language);
        }
    }

    [Test]
    public void What_a_page_is_opened_with_is_kept_when_its_language_changes()
    {
        var opening = typeof(HubPage).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(HubPage)))
            .SelectMany(type => type.GetMethods())
            .Where(method => Opens().IsMatch(method.Name))
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name)
            .ToHashSet();

        Assert.That(opening, Is.Not.Empty.And.SubsetOf(LanguageChoice.PageParameters));
    }

    private async Task<int> SizeAsync(IEnumerable<string> addresses)
    {
        var size = 0;
        foreach (var address in addresses.Distinct())
            size += (await Client.GetByteArrayAsync(address)).Length;
        return size;
    }

    // What a browser does with a form that is sent with GET.
    private static Task<Page> ChooseAsync(Browser browser, Page page, string language)
    {
        var form = page.Document.QuerySelector("form.languages")!;
        Assert.That(form.GetAttribute("method"), Is.EqualTo("get"));
        Assert.That(form.QuerySelector($"button[name=lang][value={language}]"), Is.Not.Null);
        var fields = form.QuerySelectorAll("input[type=hidden]")
            .Select(field => $"{field.GetAttribute("name")}={Uri.EscapeDataString(field.GetAttribute("value")!)}");
        return browser.GetAsync($"{form.GetAttribute("action")}?{string.Join('&', fields.Append($"lang={language}"))}");
    }

    [GeneratedRegex("^OnGet(Async)?$")]
    private static partial Regex Opens();
}
