using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>Every page in a real browser: on a telephone and on a wide screen, in light and dark, in both languages.</summary>
[Spec("ASSURANCE", "I4")]
public class PageViewTests
{
    // Every two of width, colours and language once.
    private static readonly View[] Views =
    [
        new(360, ColorScheme.Light, "de"), new(360, ColorScheme.Dark, "en"), new(1280, ColorScheme.Light, "en"),
        new(1280, ColorScheme.Dark, "de"),
    ];

    // Where the page describes the token endpoint.
    private const string Token = ".opblock:has([data-path='/connect/token'])";

    private static string UserOf(View view) => Site.Users[Array.IndexOf(Views, view)];

    [TestCaseSource(nameof(Views))]
    public async Task Pages_before_the_login_can_be_read_and_complain_of_nothing(View view)
    {
        await using var visit = await Visit.StartAsync(view);
        await visit.OpenAsync("/login");
        await visit.LookAsync("login");
        await visit.OpenAsync(Site.Authorize("shop", $"&login_hint={UserOf(view)}"));
        await visit.LookAsync("login-for-a-client");
        await visit.Page.FillAsync("#password", "wrong");
        await visit.Page.ClickAsync("form[action='/login'] button.whole");
        await visit.LookAsync("login-refused");
        await visit.OpenAsync("/login/passkey");
        await visit.LookAsync("login-passkey");
        await visit.OpenAsync(Site.Authorize("shop", "&prompt=create"));
        await visit.LookAsync("signup");
        await visit.Page.FillAsync("#username", UserOf(view));
        await visit.Page.FillAsync("#password", "some-password");
        await visit.Page.FillAsync("#repeated_password", "another-password");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("signup-refused");
        await visit.OpenAsync(Site.Authorize("shop"));
        await visit.Page.ClickAsync("a[href^='/login/code']");
        await visit.LookAsync("login-code");
        await visit.Page.FillAsync("#email", $"{UserOf(view)}@example.com");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("login-code-sent");
        await visit.Page.FillAsync("#code", "000000");
        await visit.Page.ClickAsync("form[action='/login/code'] button");
        await visit.LookAsync("login-code-refused");
        Assert.That(await visit.OpenAsync("/connect/authorize?client_id=shop&redirect_uri=http%3A%2F%2Fshop.test%2Fcbb"), Is.EqualTo(400));
        await visit.LookAsync("error");
        Assert.That(await visit.OpenAsync("/nowhere"), Is.EqualTo(404));
        await visit.LookAsync("not-found");
        Assert.That(visit.Requests, Has.None.Contains(".test/"));
    }

    [TestCaseSource(nameof(Views))]
    public async Task Pages_after_the_login_can_be_read_and_complain_of_nothing(View view)
    {
        await using var visit = await Visit.StartAsync(view);
        await visit.OpenAsync(Site.Authorize("asking", "&prompt=consent"));
        await visit.LogInAsync(UserOf(view));
        await visit.LookAsync("consent");
        await visit.Page.ClickAsync("button[value=allow]");
        Assert.That(visit.Page.Url, Does.StartWith("http://asking.test/cb?code="));
        await visit.OpenAsync(Site.Authorize("shop", "&prompt=select_account"));
        await visit.LookAsync("select-account");
        await visit.Page.ClickAsync("form[action='/login?handler=Continue'] button");
        Assert.That(visit.Page.Url, Does.StartWith("http://shop.test/cb?code="));

        foreach (var (path, name) in new[]
            {
                ("/account", "account"), ("/account/password", "password"), ("/account/passkeys", "passkeys"),
                ("/account/sessions", "sessions"),
                ("/account/applications", "applications"), ("/device", "device"),
            })
        {
            Assert.That(await visit.OpenAsync(path), Is.EqualTo(200), path);
            await visit.LookAsync(name);
        }

        await visit.Page.FillAsync("#user_code", "BBBB-BBBB");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("device-refused");
        await visit.Page.FillAsync("#user_code", await Site.UserCodeAsync(Chromium.Hub));
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("device-found");
        await visit.Page.ClickAsync("button[value=allow]");
        await visit.LookAsync("device-done");
        await visit.OpenAsync("/logout");
        await visit.LookAsync("logout");
        visit.Requests.Clear();
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.Page.WaitForLoadStateAsync(LoadState.Load);
        await visit.LookAsync("logout-done");
        Assert.That(
            visit.Requests,
            Has.Exactly(1)
                .Matches<string>(url => url.StartsWith("http://shop.test/front?iss=http%3A%2F%2Flocalhost&sid=", StringComparison.Ordinal))
        );
    }

    [TestCaseSource(nameof(Views))]
    public async Task Pages_of_a_forgotten_password_and_of_addresses_can_be_read_and_complain_of_nothing(View view)
    {
        // Their password and address are others afterwards: no other test signs in as them.
        var user = Site.Users[20 + Array.IndexOf(Views, view)];
        await using var visit = await Visit.StartAsync(view);
        await visit.OpenAsync("/login");
        await visit.LogInAsync(user);
        await visit.OpenAsync("/account/addresses");
        await visit.LookAsync("addresses");
        await visit.Page.FillAsync("#email", $"new-{user}@example.com");
        await visit.Page.ClickAsync("form:has(#email) button");
        await visit.LookAsync("addresses-code");
        await visit.Page.FillAsync("#code", await Site.SentAsync(Chromium.Hub, $"new-{user}@example.com", "[0-9]{6}"));
        await visit.Page.ClickAsync("form:has(#code) button");
        await visit.LookAsync("addresses-done");
        var undo = await Site.SentAsync(Chromium.Hub, $"{user}@example.com", "/account/addresses/undo[^\\s]+");
        await visit.OpenAsync(undo);
        await visit.LookAsync("address-undo");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("address-undo-done");
        await visit.OpenAsync(undo);
        await visit.LookAsync("address-undo-refused");

        await visit.OpenAsync("/forgotten");
        await visit.LookAsync("forgotten");
        await visit.Page.FillAsync("#identifier", user);
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("forgotten-sent");
        var link = await Site.SentAsync(Chromium.Hub, $"{user}@example.com", "/forgotten/reset[^\\s]+");
        await visit.OpenAsync(link);
        await visit.LookAsync("forgotten-reset");
        await visit.Page.FillAsync("#new_password", "long-enough-for-this");
        await visit.Page.FillAsync("#repeated_password", "long-enough-for-this");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("forgotten-done");
        await visit.OpenAsync(link);
        await visit.LookAsync("forgotten-refused");
    }

    [Test]
    public async Task The_first_screen_can_be_read_and_complains_of_nothing([Values] bool isNarrow)
    {
        await using var visit = await Visit.StartAsync(
            new View(isNarrow ? 360 : 1280, isNarrow ? ColorScheme.Light : ColorScheme.Dark, "en"));
        await visit.OpenAsync("/");
        await visit.LookAsync("home");
        await visit.OpenAsync("/dev/outbox");
        await visit.LookAsync("outbox");
    }

    [Test]
    public async Task The_documentation_can_be_read_and_complains_of_nothing([Values] bool isNarrow)
    {
        await using var visit = await Visit.StartAsync(
            new View(isNarrow ? 320 : 1280, isNarrow ? ColorScheme.Light : ColorScheme.Dark, "en"));
        await visit.OpenAsync("/docs");
        await visit.LookAsync("docs-index");
        foreach (var link in await visit.Page.EvalOnSelectorAllAsync<string[]>(
                "main a[href*='/docs/start/']", "links => links.map(link => link.getAttribute('href'))"))
        {
            Assert.That(await visit.OpenAsync(link), Is.EqualTo(200), link);
            await visit.LookAsync("docs-" + link[(link.LastIndexOf('/') + 1)..]);
        }

        await visit.OpenAsync("/docs/calls/oauth-2-x-and-openid-connect");
        await visit.Page.ClickAsync("#token summary >> nth=1");
        await visit.LookAsync("docs-calls");
    }

    [Test]
    public async Task The_page_that_describes_the_calls_can_be_read_and_complains_of_nothing([Values] bool isNarrow)
    {
        await using var visit = await Visit.StartAsync(
            new View(isNarrow ? 360 : 1280, isNarrow ? ColorScheme.Dark : ColorScheme.Light, "en"));
        await visit.OpenAsync("/docs/try/index.html");
        await visit.Page.WaitForSelectorAsync(".opblock");
        await visit.SaveScreenshotAsync("docs");
        await visit.Page.ClickAsync($"{Token} .opblock-summary-control");
        await visit.Page.ClickAsync($"{Token} .try-out__btn");
        await visit.SaveScreenshotAsync("docs-try");

        Assert.That(await visit.FindBrokenRulesAsync(), Is.Empty);
        Assert.That(visit.Complaints, Is.All.Contains("inline style"), "Swagger UI does without those");
    }

    [Test]
    public async Task A_page_that_breaks_a_rule_of_axe_is_caught()
    {
        await using var visit = await Visit.StartAsync();
        await visit.OpenAsync("/login");
        await visit.Page.EvaluateAsync("() => document.documentElement.removeAttribute('lang')");

        Assert.That(await visit.FindBrokenRulesAsync(), Has.Exactly(1).StartsWith("html-has-lang: "));
    }
}
