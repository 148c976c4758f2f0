using System.Text.RegularExpressions;
using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>
/// Every page in every language: on the smallest screen that WCAG 2.2 §1.4.10 asks for, which is also
/// a window of 640 px at 200 %. One login for all languages.
/// </summary>
[Spec("WCAG 2.2", "1.4.10")]
public class LanguageTests
{
    private static readonly string[] BeforeLogin =
    [
        "/login", "/login/passkey", "/login/code", "/forgotten", "/forgotten/reset", "/signup", "/account/addresses/undo",
        "/account/deleted", "/nowhere",
    ];

    private static readonly string[] AfterLogin =
    [
        "/account", "/account/addresses", "/account/password", "/account/passkeys", "/account/authenticator", "/account/sessions",
        "/account/applications", "/account/data", "/device", "/logout",
    ];

    // PageViewTests look at the German pages.
    private static readonly View[] Views =
    [
        new(320, ColorScheme.Light, "en"), new(320, ColorScheme.Light, "es"), new(320, ColorScheme.Light, "fr"),
        new(320, ColorScheme.Light, "nl"), new(320, ColorScheme.Light, "pt"),
    ];

    [Test]
    public async Task Every_page_can_be_read_in_every_language()
    {
        var cookies = new List<BrowserContextCookiesResult>();
        foreach (var view in Views)
        {
            var browser = view with { Language = view.Language == "en" ? "de" : "en" };
            await using var visit = await Visit.StartAsync(browser, speaks: view.Language);
            await visit.OpenAsync("/login");
            await visit.Page.ClickAsync($".languages button[value={view.Language}]");
            foreach (var path in BeforeLogin)
            {
                await visit.OpenAsync(path);
                await visit.LookAsync(path.Trim('/').Replace('/', '-'));
            }

            if (cookies.Count == 0)
            {
                await visit.OpenAsync("/login");
                await visit.LogInAsync(Site.Users[24]);
                cookies.AddRange(await visit.Page.Context.CookiesAsync());
            }
            else
            {
                await visit.Page.Context.AddCookiesAsync(
                    cookies.Where(cookie => !cookie.Name.Contains("language", StringComparison.Ordinal)).Select(cookie => new Cookie
                    {
                        Name = cookie.Name,
                        Value = cookie.Value,
                        Domain = cookie.Domain,
                        Path = cookie.Path,
                    }));
            }

            foreach (var path in AfterLogin)
            {
                Assert.That(await visit.OpenAsync(path), Is.EqualTo(200), path);
                await visit.LookAsync(path.Trim('/').Replace('/', '-'));
            }
        }
    }

    [Test]
    public async Task A_language_is_chosen_with_the_keyboard_and_without_scripts_and_the_login_goes_on()
    {
        await using var visit = await Visit.StartAsync(withScripts: false);
        await visit.OpenAsync(Site.Authorize("shop"));
        await visit.Page.FocusAsync("#username");
        while (await visit.Page.EvaluateAsync<string>("document.activeElement.value ?? ''") != "fr")
            await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync(new Regex("[?&]lang=fr$"));

        Assert.That(await visit.Page.GetAttributeAsync("html", "lang"), Is.EqualTo("fr"));
        await visit.LogInAsync(Site.Users[25]);
        await visit.Page.WaitForURLAsync("http://shop.test/cb?code=**");
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_user_downloads_their_data_and_deletes_their_account()
    {
        await using var visit = await Visit.StartAsync(new View(320, ColorScheme.Light, "de"));
        await visit.OpenAsync("/login");
        await visit.LogInAsync(Site.Users[26]);
        await visit.OpenAsync("/account/data");
        var download = await visit.Page.RunAndWaitForDownloadAsync(
            () => visit.Page.ClickAsync("form[action$='handler=Download'] button"));
        Assert.That(download.SuggestedFilename, Is.EqualTo("account-data.json"));

        // The browser reports that the page stays as it is.
        visit.Complaints.Clear();
        await visit.Page.FillAsync("#confirmation", "nein");
        await visit.Page.ClickAsync("form[action$='handler=Delete'] button");
        await visit.LookAsync("account-data-refused");
        await visit.Page.FillAsync("#confirmation", Site.Users[26]);
        await visit.Page.ClickAsync("form[action$='handler=Delete'] button");
        await visit.LookAsync("account-deleted-done");
        Assert.That(visit.Page.Url, Does.EndWith("/account/deleted"));
    }
}
