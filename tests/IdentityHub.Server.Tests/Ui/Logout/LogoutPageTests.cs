using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Logout;

public class LogoutPageTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config =
        """
        clients:
          - { client_id: web, client_name: Web shop, grant_types: [authorization_code], client_secrets: [{ value: "plain:web-secret" }], redirect_uris: ["https://web.test/cb"], scope: openid,
              frontchannel_logout_uri: "https://web.test/front?a=b", frontchannel_logout_session_required: true }
          - { client_id: other, grant_types: [authorization_code], client_secrets: [{ value: "plain:other-secret" }], redirect_uris: ["https://other.test/cb"], scope: openid,
              frontchannel_logout_uri: "https://front.other.test/" }
        """;

    [Test]
    public async Task By_himself_a_user_is_asked_and_then_signed_out()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var cookie = browser.Session()!;

        var asked = await browser.GetAsync("/logout");
        Assert.That((asked.Text("h1"), browser.Session()), Is.EqualTo(("Sign out?", cookie)), "opening the page ends nothing");
        var done = await browser.SubmitAsync(asked, "/logout");

        Assert.That((done.Text("h1"), browser.Session()), Is.EqualTo(("You are signed out", (string?)null)));
        Assert.That(
            (await new Browser(Client) { Cookies = { [Pages.SessionCookie] = cookie } }.GetAsync("/account")).Path,
            Does.StartWith("/login"), "the session has ended, not only the cookie gone");
        Assert.That((await Hub.AuditAsync(user.Id, "session.ended")).Select(row => row.Reason), Is.EqualTo(["logout"]));
        Assert.That((await browser.GetAsync("/logout")).Text("h1"), Is.EqualTo("You are signed out"));
    }

    [Test, Spec("OpenID Connect Front-Channel Logout", "2")]
    public async Task The_clients_of_the_session_are_told_by_frames_and_nobody_else_may_be_framed()
    {
        var (browser, page) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var session = page.FormTo("/account").QuerySelector("[name=session]")!.GetAttribute("value");
        await browser.GetAsync(CodeFlow.Address("web"));
        await browser.GetAsync(CodeFlow.Address("other"));
        var done = await browser.SubmitAsync(await browser.GetAsync("/logout"), "/logout");

        Assert.That(
            done.Document.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("src")),
            Is.EquivalentTo([$"https://web.test/front?a=b&iss=https%3A%2F%2Fhub.test&sid={session}", "https://front.other.test/"]));
        Assert.That(
            done.Answer.Header("Content-Security-Policy"), Does.Contain("; frame-src https:;"),
            "a browser applies it to the redirects of a frame too");
        Assert.That(
            done.Document.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("title")),
            Is.All.EqualTo("Sign-out of an application"));
        Assert.That((await browser.GetAsync("/logout")).Answer.Header("Content-Security-Policy"), Does.Not.Contain("frame-src"));
    }

    [Test]
    public async Task The_page_of_somebody_elses_logout_asks_who_is_signed_in_and_loads_nothing()
    {
        var (attacker, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        await attacker.GetAsync(CodeFlow.Address("web"));
        var done = await attacker.SubmitAsync(await attacker.GetAsync("/logout"), "/logout");
        Assert.That(done.Document.QuerySelectorAll("iframe"), Has.Exactly(1).Items);
        var (victim, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var page = await victim.GetAsync(done.Path);

        Assert.That((page.Text("h1"), page.Document.QuerySelectorAll("iframe").Length), Is.EqualTo(("Sign out?", 0)));
        Assert.That(page.Answer.Header("Content-Security-Policy"), Does.Not.Contain("frame-src"));
        Assert.That((await victim.GetAsync("/account")).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task Frames_are_loaded_right_after_the_logout_and_not_from_the_history()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        await browser.GetAsync(CodeFlow.Address("web"));
        var done = await browser.SubmitAsync(await browser.GetAsync("/logout"), "/logout");
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await new Browser(hub.Client).GetAsync(done.Path);

        Assert.That((later.Text("h1"), later.Document.QuerySelectorAll("iframe").Length), Is.EqualTo(("You are signed out", 0)));
    }

    [Test, Spec("ASSURANCE", "S6")]
    public async Task S6_A_question_about_one_session_does_not_end_the_next_one()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync(user => user.GivenName = "Second"));
        var (browser, _) = await Hub.SignInAsync(first);
        var asked = await browser.GetAsync("/logout");
        await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"))), second.UserName!, HubUsers.Password);
        var page = await browser.SubmitAsync(asked, "/logout");

        Assert.That((page.Text("h1"), page.Text("bdi")), Is.EqualTo(("Sign out?", "Second")));
        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
    }
}
