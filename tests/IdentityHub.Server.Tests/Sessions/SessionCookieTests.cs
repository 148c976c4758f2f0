using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Sessions;

public class SessionCookieTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config + Logouts.Client("bound"))
{
    [Test, Spec("ASSURANCE", "S1")]
    public async Task S1_A_login_has_a_cookie_of_its_own_and_a_preset_one_is_not_adopted()
    {
        var user = await Hub.AddUserAsync();
        var (attacker, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        foreach (var preset in new[] { OpaqueToken.Create(OpaqueTokenType.BrowserSession), attacker.Session()!, "chosen" })
        {
            var browser = new Browser(Client);
            var login = await browser.GetAsync(CodeFlow.Address("web"));
            browser.Cookies[Pages.SessionCookie] = preset;
            await browser.LogInAsync(login, user.UserName!, HubUsers.Password);

            Assert.That(browser.Session(), Is.Not.EqualTo(preset));
            Assert.That(OpaqueToken.IsWellFormed(browser.Session(), OpaqueTokenType.BrowserSession), Is.True);
            var fixated = new Browser(Client) { Cookies = { [Pages.SessionCookie] = preset } };
            Assert.That(
                (await fixated.GetAsync("/account")).Path, Does.StartWith("/login"),
                $"who knew '{preset[..4]}…' beforehand is not signed in");
        }
    }

    [Test, Spec("ASSURANCE", "S1")]
    public async Task S1_The_cookie_changes_at_every_login_and_the_session_stays_when_its_user_does()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var first = browser.Session()!;
        await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"))), user.UserName!, HubUsers.Password);
        var second = browser.Session()!;

        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(
            (await new Browser(Client) { Cookies = { [Pages.SessionCookie] = first } }.GetAsync("/account")).Path,
            Does.StartWith("/login"));
        Assert.That((await browser.GetAsync("/account/sessions")).Document.QuerySelectorAll("ul.rows > li"), Has.Exactly(1).Items);
    }

    [Test, Spec("ASSURANCE", "S5")]
    public async Task S5_Cookies_are_for_this_host_over_TLS_and_out_of_reach_of_scripts_and_other_sites()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());

        foreach (var name in new[] { Pages.SessionCookie, Pages.FormsCookie, Pages.KnownCookie })
        {
            var line = browser.CookieLines.Last(line => line.StartsWith(name + "=", StringComparison.Ordinal)).ToLowerInvariant();
            Assert.That(
                line, Does.Contain("; path=/").And.Contains("; secure").And.Contains("; httponly").And.Contains("; samesite=lax"), name);
            Assert.That(line, Does.Not.Contain("max-age").And.Not.Contain("domain"), name);
            Assert.That(line.Contains("expires", StringComparison.Ordinal), Is.EqualTo(name == Pages.KnownCookie), name);
        }

        Assert.That(browser.Cookies.Keys, Is.EquivalentTo([Pages.SessionCookie, Pages.FormsCookie, Pages.KnownCookie]));
    }

    [Test, Spec("ASSURANCE", "S5")]
    public async Task S5_A_browser_that_is_not_seen_is_signed_out_and_one_that_is_stays()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        for (var i = 0; i < 3; i++)
        {
            hub.Time.Advance(TimeSpan.FromMinutes(119));
            Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"), $"after {i + 1} looks");
        }

        hub.Time.Advance(TimeSpan.FromMinutes(121));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task S5_An_idle_session_goes_on_with_its_user_and_ends_with_another(bool isSameUser)
    {
        await using var hub = await StartHubAsync();
        var (user, other) = (await hub.AddUserAsync(), await hub.AddUserAsync());
        var (browser, _) = await hub.SignInAsync(user);
        var tokens = await hub.Client.SignInAsync(browser, "bound");
        var idle = browser.Session();
        hub.Time.Advance(TimeSpan.FromHours(3));
        await browser.LogInAsync(await browser.GetAsync("/login"), (isSameUser ? user : other).UserName!, HubUsers.Password);
        await using var context = hub.NewContext();

        Assert.That(browser.Session(), Is.Not.EqualTo(idle));
        Assert.That(await context.Sessions.CountAsync(session => session.UserId == user.Id), Is.EqualTo(1));
        Assert.That(
            await context.Sessions.CountAsync(session => session.UserId == user.Id && session.EndReason == "replaced"),
            Is.EqualTo(isSameUser ? 0 : 1));
        Assert.That((await hub.Client.RefreshAsync("bound", tokens["refresh_token"])).Status, Is.EqualTo(isSameUser ? 200 : 400));
    }

    [Test, Spec("ASSURANCE", "S5")]
    public async Task S5_After_its_lifetime_a_session_is_over_seen_or_not()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        for (var i = 0; i < 11; i++)
        {
            hub.Time.Advance(TimeSpan.FromHours(1));
            Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
        }

        hub.Time.Advance(TimeSpan.FromHours(1));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [Test, Spec("ASSURANCE", "S5")]
    public async Task S5_Who_asks_to_stay_signed_in_does_for_a_month_and_his_cookie_outlives_the_browser()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync(), ("remember", "true"));
        var line = browser.CookieLines.Last(line => line.StartsWith(Pages.SessionCookie + "=", StringComparison.Ordinal));
        Assert.That(line, Does.Contain($"expires={FakeTime.Start.AddDays(30):R}"));

        foreach (var days in new[] { 13, 13 })
        {
            hub.Time.Advance(TimeSpan.FromDays(days));
            Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
        }

        hub.Time.Advance(TimeSpan.FromDays(4));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [Test]
    public async Task A_user_who_is_disabled_is_signed_out_at_once()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeUserAsync(user.Id, changed => changed.DisabledAt = FakeTime.Start);

        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_The_database_holds_no_cookie_in_clear()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        await using var context = Hub.NewContext();
        var hash = TokenHash.Of(browser.Session()!);

        Assert.That(await context.Sessions.CountAsync(session => session.HandleHash == hash), Is.EqualTo(1));
        Assert.That(Hub.Logs.ToString(), Does.Not.Contain(browser.Session()!));
    }
}
