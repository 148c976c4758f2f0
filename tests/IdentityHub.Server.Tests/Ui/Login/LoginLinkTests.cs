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
    private const string Used = "This link has been used. Each link signs you in once.";
    private static readonly TimeProvider Clock = TimeProvider.System;
    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _hub = await StartHubAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    [Spec("ASSURANCE", "S1"), Spec("RFC 8176", "2"), Spec("RFC 9126", "7.3")]
    public async Task The_button_signs_in_at_the_client_where_the_code_was_asked_for_and_once(bool isPushed)
    {
        var user = await NewUserAsync(isProven: true);
        var browser = new Browser(_hub.Client);
        var pushed = await _hub.Client.PostFormAsync("/connect/par", CodeFlow.Request("web", ("client_secret", "web-secret")));
        var login = await browser.GetAsync(
            isPushed
                ? $"{CodeFlow.Path}?client_id=web&request_uri={Uri.EscapeDataString(pushed["request_uri"]!)}"
                : CodeFlow.Address("web"));
        var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/login/code']")!.GetAttribute("href")!);
        await browser.SubmitAsync(page, Send, ("email", user.Email), ("remember", "true"));
        var link = await LinkAsync(user.Email!);

        var opened = await browser.GetAsync(link);
        var done = await browser.SubmitAsync(opened, Enter);
        Page[] again = [await browser.SubmitAsync(opened, Enter), await browser.GetAsync(link)];
        var elsewhere = (await _hub.SignInAsync(user)).Browser;

        Assert.That(
            (opened.Status, opened.Text(".lead"), opened.Text(".card p:not(.lead)")),
            Is.EqualTo((200, "to go on to The Web", $"You sign in as {user.Email}.")));
        var idToken = new JsonWebToken((await _hub.Client.RedeemAsync("web", done.Sent("code")))["id_token"]);
        Assert.That((idToken.Subject, idToken.GetClaim("amr").Value), Is.EqualTo((user.Id.ToString(), "otp")));
        foreach (var second in again)
        {
            Assert.That(
                (second.Status, second.Location, second.Text("h1")), Is.EqualTo((200, (string?)null, "You are signed in already")),
                "the client has had its answer");
            Assert.That(second.Document.QuerySelector(".card a.button")!.GetAttribute("href"), Is.EqualTo("/account"));
        }

        Assert.That((await elsewhere.GetAsync(link)).Failure(), Is.EqualTo(Used), "signed in as the same user, and not by this link");
        await using var context = _hub.NewContext();
        Assert.That((await context.Sessions.SingleAsync(session => session.UserId == user.Id && session.IsPersistent)).EndedAt, Is.Null);
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
            Assert.That((page.Status, page.Failure()), Is.EqualTo((400, Used)));
            Assert.That(page.Text("p.code"), Is.Null);
            Assert.That(page.Document.QuerySelector(".card a.button")!.GetAttribute("href"), Is.EqualTo("/login/code"));
        }
    }

    [Test]
    public async Task An_older_session_of_the_same_user_is_none_of_the_link()
    {
        var user = await NewUserAsync(isProven: true);
        var (older, _) = await _hub.SignInAsync(user);
        _hub.Time.Advance(TimeSpan.FromSeconds(5));
        var browser = new Browser(_hub.Client);
        var link = await AskAsync(browser, "/login/code", user);
        await browser.SubmitAsync(await browser.GetAsync(link), Enter);

        Assert.That((await older.GetAsync(link)).Failure(), Is.EqualTo(Used));
        Assert.That((await browser.GetAsync(link)).Path, Is.EqualTo("/account"));
    }

    [Test, Spec("ASSURANCE", "S1")]
    public async Task A_login_that_waits_for_its_second_factor_does_not_go_in_a_circle()
    {
        var user = await NewUserAsync(isProven: true);
        var (browser, _) = await _hub.SignInAsync(user);
        await _hub.SetUpAsync(user.Id);
        var locked = await browser.GetAsync("/account/password");
        var ticket = locked.Document.Links.First(link => link.GetAttribute("href")!.StartsWith("/login", StringComparison.Ordinal))
            .GetAttribute("href")!["/login".Length..];
        var link = await AskAsync(browser, "/login/code" + ticket, user);
        var waiting = await browser.SubmitAsync(await browser.GetAsync(link), Enter);

        Assert.That(waiting.Path, Does.StartWith(SecondFactors.Login));
        Assert.That((await browser.GetAsync(link)).Failure(), Is.EqualTo(Used));
    }

    [Test]
    public async Task Of_two_clicks_at_once_the_second_is_told_that_the_link_was_used()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var browser = new Browser(hub.Client);
        var opened = await browser.GetAsync(await AskAsync(browser, "/login/code", user, hub));
        var used = 0;
        hub.BeforeStatement = async (sql, cancellationToken) =>
        {
            // The other click is as far as this, too, and faster.
            if (!sql.Contains("SET tries = tries + 1", StringComparison.Ordinal) || Interlocked.Exchange(ref used, 1) == 1)
                return;
            await using var context = hub.NewContext();
            await context.OneTimePasswords.ExecuteUpdateAsync(
                codes => codes.SetProperty(code => code.UsedAt, hub.Time.GetUtcNow()), cancellationToken);
        };

        var second = await browser.SubmitAsync(opened, Enter);

        Assert.That((used, second.Status, second.Failure()), Is.EqualTo((1, 400, Used)));
    }

    [Test]
    public async Task A_browser_that_does_not_wait_for_the_answer_leaves_a_whole_login()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var browser = new Browser(hub.Client);
        var opened = await browser.GetAsync(await AskAsync(browser, "/login/code", user, hub));
        var gone = 0;
        hub.BeforeStatement = async (sql, _) =>
        {
            if (!sql.Contains("one_time_passwords SET used_at", StringComparison.Ordinal) || Interlocked.Exchange(ref gone, 1) == 1)
                return;
            hub.Client.CancelPendingRequests();

            // The server sees by then that the browser has gone.
            await Task.Delay(TimeSpan.FromMilliseconds(300), Clock, CancellationToken.None);
        };

        Assert.That(() => browser.SubmitAsync(opened, Enter), Throws.InstanceOf<OperationCanceledException>());

        await hub.AuditAsync(user.Id, "session.started");
        await using var context = hub.NewContext();
        Assert.That(await context.Sessions.CountAsync(session => session.UserId == user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_link_that_is_none_that_has_expired_or_that_a_newer_one_replaces_says_so()
    {
        await using var hub = await StartHubAsync();
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

    private Task<Hub> StartHubAsync() => Hub.StartAsync(Otps.Config, kind, null, ("IdentityHub:Otp:LoginLinks", "true"));

    private Task<User> NewUserAsync(bool isProven = false) =>
        _hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", isProven));

    // The link that the page has had sent.
    private async Task<string> AskAsync(Browser browser, string path, User user, Hub? hub = null)
    {
        await browser.SubmitAsync(await browser.GetAsync(path), Send, ("email", user.Email));
        return await LinkAsync(user.Email!, hub);
    }

    private async Task<string> LinkAsync(string email, Hub? hub = null)
    {
        await (hub ?? _hub).CodeAsync(email);
        return Link().Match((hub ?? _hub).SentTo(email)[0].Text.Text).Value;
    }

    [GeneratedRegex(@"/login/link\?token=[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
