using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>The link in the mail with a code: it signs in where the code was asked for, and shows the code elsewhere.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public partial class LoginLinkTests(DatabaseKind kind)
{
    private const string Send = "/login/code?handler=Send";
    private const string Enter = "/login/link";
    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _hub = await Hub.StartAsync(Otps.Config, kind, null, ("IdentityHub:Otp:LoginLinks", "true"));

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [Test, Spec("ASSURANCE", "S1"), Spec("RFC 8176", "2")]
    public async Task The_button_signs_in_at_the_client_where_the_code_was_asked_for_and_once()
    {
        var user = await NewUserAsync();
        var browser = new Browser(_hub.Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/login/code']")!.GetAttribute("href")!);
        await browser.SubmitAsync(page, Send, ("email", user.Email), ("remember", "true"));
        var link = await LinkAsync(user.Email!);

        var opened = await browser.GetAsync(link);
        var done = await browser.SubmitAsync(opened, Enter);
        var again = await browser.SubmitAsync(opened, Enter);

        Assert.That(
            (opened.Status, opened.Text(".lead"), opened.Text(".card p:not(.lead)")),
            Is.EqualTo((200, "to go on to The Web", $"You sign in as {user.Email}.")));
        var idToken = new JsonWebToken((await _hub.Client.RedeemAsync("web", done.Sent("code")))["id_token"]);
        Assert.That((idToken.Subject, idToken.GetClaim("amr").Value), Is.EqualTo((user.Id.ToString(), "otp")));
        Assert.That(
            new[] { again, await browser.GetAsync(link) }.Select(page => page.Sent("code")), Has.None.Null,
            "a second click goes on in the session that the first one has started");
        await using var context = _hub.NewContext();
        Assert.That((await context.Sessions.SingleAsync(session => session.UserId == user.Id)).IsPersistent, Is.True);
    }

    [Test, Spec("ASSURANCE", "I5")]
    public async Task In_another_browser_it_shows_the_code_and_signs_nobody_in()
    {
        var user = await NewUserAsync();
        var (browser, other) = (new Browser(_hub.Client), new Browser(_hub.Client));
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        await other.SubmitAsync(await other.GetAsync("/login/code"), Send, ("email", $"{Guid.NewGuid():N}@example.com"));
        var link = await LinkAsync(user.Email!);

        var scanned = await _hub.Client.GetAsync(new Uri(link, UriKind.Relative));
        var opened = await other.GetAsync(link);
        var elsewhere = await other.SubmitAsync(opened, Enter);
        var account = await other.GetAsync("/account");
        var done = await browser.SubmitAsync(sent, "/login/code", ("code", elsewhere.Text("p.code")));

        Assert.That((int)scanned.StatusCode, Is.EqualTo(200));
        Assert.That(
            opened.Document.Body!.TextContent, Does.Not.Contain(await _hub.CodeAsync(user.Email!)), "opening a link shows no code");
        Assert.That(account.Path, Does.StartWith("/login?ticket="));
        Assert.That(done.Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_link_that_was_used_goes_on_for_its_user_and_says_that_it_was_used_to_everybody_else()
    {
        var (user, sister) = (await NewUserAsync(), await NewUserAsync());
        var (browser, sisters) = (new Browser(_hub.Client), (await _hub.SignInAsync(sister)).Browser);
        await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        var link = await LinkAsync(user.Email!);
        var opened = await browser.GetAsync(link);
        await browser.SubmitAsync(opened, Enter);

        var again = await browser.GetAsync(link);
        var pressed = await browser.SubmitAsync(opened, Enter);
        browser.Cookies.Remove(Pages.SessionCookie);
        Page[] refused =
        [
            await browser.GetAsync(link), await browser.SubmitAsync(opened, Enter), await sisters.GetAsync(link),
            await new Browser(_hub.Client).GetAsync(link),
        ];

        Assert.That((again.Path, pressed.Path), Is.EqualTo(("/account", "/account")));
        foreach (var page in refused)
        {
            Assert.That((page.Status, page.Failure()), Is.EqualTo((400, "This link has been used. Each link signs you in once.")));
            Assert.That(page.Text("p.code"), Is.Null);
            Assert.That(page.Document.QuerySelector(".card a.button")!.GetAttribute("href"), Is.EqualTo("/login/code"));
        }
    }

    [Test]
    public async Task A_link_that_is_none_that_has_expired_or_that_a_newer_one_replaces_says_so()
    {
        await using var hub = await Hub.StartAsync(Otps.Config, kind, null, ("IdentityHub:Otp:LoginLinks", "true"));
        var browser = new Browser(hub.Client);
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", "alice@example.com"));
        var first = await LinkAsync("alice@example.com", hub);
        hub.Time.Advance(TimeSpan.FromSeconds(40));
        await browser.SubmitAsync(sent, Send);
        var replaced = await browser.SubmitAsync(await browser.GetAsync(first), Enter);
        hub.Time.Advance(TimeSpan.FromMinutes(11));
        var expired = await browser.GetAsync(first);
        var none = await browser.GetAsync("/login/link?token=nothing");

        foreach (var page in new[] { replaced, expired, none })
            Assert.That((page.Status, page.Failure()), Is.EqualTo((400, "The code is wrong or has expired.")));
    }

    [Test]
    public async Task Without_the_setting_there_is_no_link()
    {
        await using var hub = await Hub.StartAsync(Otps.Config, kind);
        var browser = new Browser(hub.Client);
        await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", "alice@example.com"));
        await hub.CodeAsync("alice@example.com");
        var page = await browser.GetAsync("/login/link?token=nothing");

        Assert.That(hub.SentTo("alice@example.com")[0].Text.Text, Does.Not.Contain("/login/link"));
        Assert.That(page.Status, Is.EqualTo(404));
    }

    private Task<User> NewUserAsync() => _hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");

    private async Task<string> LinkAsync(string email, Hub? hub = null)
    {
        await (hub ?? _hub).CodeAsync(email);
        return Link().Match((hub ?? _hub).SentTo(email)[0].Text.Text).Value;
    }

    [GeneratedRegex(@"/login/link\?token=[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
