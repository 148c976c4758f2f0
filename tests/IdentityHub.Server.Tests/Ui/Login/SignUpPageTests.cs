using System.Globalization;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class SignUpPageTests(DatabaseKind kind)
{
    private const string Password = "some-long-password";

    [Test, Spec("Initiating User Registration", "4")]
    public async Task A_client_sends_somebody_who_makes_an_account_and_goes_on_to_the_client()
    {
        await using var hub = await StartAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "create"), ("login_hint", "carol")));
        Assert.That(
            (page.Path.Split('?')[0], page.Text(".lead"), page.Document.QuerySelector("#username")!.GetAttribute("value")),
            Is.EqualTo(("/signup", "to go on to Web shop", "carol")));

        var answer = await FillAsync(browser, page, "carol");
        var tokens = await hub.Client.RedeemAsync("web", answer.Sent("code"));

        await using var context = hub.NewContext();
        var user = await context.Users.SingleAsync(user => user.UserName == "carol");
        Assert.Multiple(() =>
        {
            Assert.That(tokens.Status, Is.EqualTo(200));
            Assert.That(
                (user.NormalizedUserName, user.Email, user.PhoneNumber, user.OrganizationId, user.CreatedAt),
                Is.EqualTo(("CAROL", (string?)null, (string?)null, (string?)null, FakeTime.Start)));
            Assert.That(user.SecurityStamp, Is.Not.Empty);
        });
        Assert.That((await hub.AuditAsync(user.Id, "user.created")).Select(row => row.ClientId), Is.EqualTo(["web"]));
        var later = new Browser(hub.Client);
        Assert.That((await later.LogInAsync(await later.GetAsync("/login"), "Carol", Password)).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task Who_has_an_account_goes_on_to_the_login_and_who_has_none_comes_from_it()
    {
        await using var hub = await StartAsync();
        var user = await hub.AddUserAsync();
        var browser = new Browser(hub.Client);
        var signUp = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "create")));
        var login = await browser.GetAsync(
            signUp.Document.Links.Single(link => link.TextContent == "I have an account").GetAttribute("href")!);
        Assert.That(login.IsLogin(), Is.True);
        var back = await browser.GetAsync(
            login.Document.Links.Single(link => link.TextContent == "Create an account").GetAttribute("href")!);
        Assert.That(back.Path, Does.StartWith("/signup?ticket="));

        Assert.That((await browser.LogInAsync(login, user.UserName!, HubUsers.Password)).Sent("code"), Is.Not.Null);
    }

    [Test]
    public async Task Where_the_settings_do_not_allow_it_there_is_no_such_page_and_nothing_is_made()
    {
        await using var hub = await Hub.StartAsync(CodeFlow.Config, kind);
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        var login = await browser.GetAsync("/login");
        var posted = await browser.PostAsync(
            "/signup", ("form_token", login.Document.QuerySelector("[name=form_token]")!.GetAttribute("value")!), ("username", "carol"),
            ("password", Password), ("repeated_password", Password));

        Assert.That((page.Status, posted.Status), Is.EqualTo((404, 404)));
        Assert.That(page.Text("[role=alert]"), Is.EqualTo("Accounts are made by the administrator here."));
        await using var context = hub.NewContext();
        Assert.That(await context.Users.AnyAsync(user => user.UserName == "carol"), Is.False);
    }

    [Test]
    public async Task A_name_that_looks_like_something_else_is_refused()
    {
        await using var hub = await StartAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        foreach (var name in new[]
        {
            "", "carol@example.com", "+27761234567", "0027761234567", "0171 2345678", "01712345678", "carol smith", "carol\u200bx",
            "carol\u202ex", "-carol", "\ufb01\u0000x", "carol'--",
            "../carol", "c\uff20rol", new string('x', 65),
        })
        {
            var refused = await FillAsync(browser, page, name);
            Assert.That((refused.Status, browser.Session()), Is.EqualTo((400, (string?)null)), name);
        }
    }

    [Test]
    public async Task A_password_that_will_not_do_is_refused_beside_its_field_and_never_sent_back()
    {
        await using var hub = await StartAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        foreach (var (name, password, repeated, field) in new[]
        {
            ("carol", "short", "short", "#password"), ("carol-smith", "Carol-Smith", "Carol-Smith", "#password"),
            ("carol", new string('x', 1025), new string('x', 1025), "#password"),
            ("carol", Password, Password + "x", "#repeated_password"), ("carol", "password1", "password1", "#password"),
        })
        {
            var refused = await browser.SubmitAsync(
                page, "/signup", ("username", name), ("password", password), ("repeated_password", repeated));
            Assert.That((refused.Status, refused.Document.QuerySelector(".failure a")!.GetAttribute("href")), Is.EqualTo((400, field)));
            Assert.That(refused.Document.QuerySelectorAll("input[type=password]").Select(box => box.GetAttribute("value")), Is.All.Null);
        }
    }

    [Test, Spec("ASSURANCE", "I8")]
    public async Task I8_Another_way_of_writing_a_name_makes_no_second_account()
    {
        await using var hub = await StartAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        await FillAsync(browser, page, "kelvin");
        foreach (var name in new[] { "KELVIN", "Kelvin", "\u212Aelvin", "ｋｅｌｖｉｎ" })
        {
            var refused = await FillAsync(browser, page, name);
            Assert.That((refused.Status, refused.Failure()), Is.EqualTo((400, "This user name is taken. Choose another one.")), name);
        }
    }

    [Test, Spec("ASSURANCE", "R9")]
    public async Task R9_Twenty_sign_ups_with_one_name_at_once_make_one_account()
    {
        await using var hub = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var browser = new Browser(hub.Client);
            return await FillAsync(browser, await browser.GetAsync("/signup"), "carol");
        }));

        Assert.That(answers.Select(answer => answer.Status), Has.None.EqualTo(500));
        Assert.That(answers.Count(answer => answer.Path == "/account"), Is.EqualTo(1));
        await using var context = hub.NewContext();
        Assert.That(await context.Users.CountAsync(user => user.NormalizedUserName == "CAROL"), Is.EqualTo(1));
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_Taken_names_are_told_apart_from_free_ones_fifty_times_an_hour()
    {
        await using var hub = await StartAsync();
        await hub.AddUserAsync(user => (user.UserName, user.DisabledAt) = ("disabled", FakeTime.Start));
        await hub.AddUserAsync(user => (user.UserName, user.PasswordHash) = ("bare", null));
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        var seen = new List<(int, string?)>();
        foreach (var name in new[] { "alice", "disabled", "bare" })
            seen.Add(await StateAsync(name));
        Assert.That(seen.Distinct(), Is.EqualTo([(400, "This user name is taken. Choose another one.")]), "of any state");

        for (var i = seen.Count; i < 50; i++)
            Assert.That((await StateAsync("alice")).Status, Is.EqualTo(400), $"{i}");
        Assert.That(await StateAsync("alice"), Is.EqualTo((429, "Too many attempts. Wait a few minutes, then try again.")));
        Assert.That((await StateAsync(string.Create(CultureInfo.InvariantCulture, $"free-{1}"))).Status, Is.EqualTo(429));
        hub.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.That((await StateAsync("alice")).Status, Is.EqualTo(400));

        async Task<(int Status, string? Failure)> StateAsync(string name)
        {
            var answer = await FillAsync(browser, page, name);
            return (answer.Status, answer.Failure());
        }
    }

    private static Task<Page> FillAsync(Browser browser, Page page, string name) =>
        browser.SubmitAsync(page, "/signup", ("username", name), ("password", Password), ("repeated_password", Password));

    private Task<Hub> StartAsync() => Hub.StartAsync(CodeFlow.Config, kind, services: null, ("IdentityHub:Registration:Enabled", "true"));
}
