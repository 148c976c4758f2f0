using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.EndSession;

/// <summary>No other site logs a user out: what it can send without a hint of the very session ends nothing.</summary>
[Spec("ASSURANCE", "S4"), Spec("OpenID Connect RP-Initiated Logout 1.0", "6")]
public class ForcedLogoutTests(DatabaseKind kind) : HubFixture(kind, LogoutClients.Config)
{
    [Test]
    public async Task S4_A_link_or_a_form_of_another_site_ends_nothing()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");
        (string, string)[][] requests =
        [
            [], [("client_id", "web")], [("client_id", "web"), ("post_logout_redirect_uri", LogoutClients.Bye)], [("logout_hint", "alice")]
        ];

        foreach (var request in requests)
        {
            await browser.GetAsync(Logouts.Address([.. request.Select(parameter => (parameter.Item1, (string?)parameter.Item2))]));
            await browser.PostAsync(Logouts.Path, request);
            await browser.PostFromElsewhereAsync(Logouts.Path, request);
        }

        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
    }

    [Test]
    public async Task S4_A_hint_of_another_session_of_the_user_ends_nothing()
    {
        var (browser, another) = (new Browser(Client), new Browser(Client));
        await Client.SignInAsync(browser, "web");
        var stolen = await Client.SignInAsync(another, "web");

        var page = await browser.LogOutAsync(stolen["id_token"], ("post_logout_redirect_uri", LogoutClients.Bye));
        await browser.PostFromElsewhereAsync(Logouts.Path, ("id_token_hint", stolen["id_token"]!));

        Assert.That(page.FormWith("session"), Is.Not.Null);
        Assert.That((await browser.IsSignedInAsync("web"), await another.IsSignedInAsync("web")), Is.EqualTo((true, true)));
        Assert.That(
            (await Client.RefreshAsync("web", stolen["refresh_token"])).Status, Is.EqualTo(200), "whose session it is was not here");
    }

    [Test]
    public async Task S4_A_hint_of_another_user_ends_nothing_and_leads_nowhere()
    {
        var mallory = await Hub.AddUserAsync();
        var (browser, foreign) = (new Browser(Client), new Browser(Client));
        await Client.SignInAsync(browser, "web");
        await foreign.LogInAsync(await foreign.GetAsync("/login"), mallory.UserName!, HubUsers.Password);
        var hers = await Client.SignInAsync(foreign, "web");

        var asked = await browser.LogOutAsync(hers["id_token"], ("post_logout_redirect_uri", LogoutClients.Bye), ("state", "s"));
        Assert.That(asked.Answer.Body, Does.Not.Contain("web.test"));
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
        var done = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Logouts.AssertDone(done);
        Assert.That(done.Answer.Body, Does.Not.Contain("web.test"));
        Assert.That((await browser.IsSignedInAsync("web"), await foreign.IsSignedInAsync("web")), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task S4_Whoever_has_a_hint_and_not_the_cookie_ends_nothing()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");

        var page = await new Browser(Client).LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", LogoutClients.Bye));

        Assert.That(page.Location, Is.EqualTo(LogoutClients.Bye));
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
    }

    [TestCase("no token of the form")]
    [TestCase("the token of another browser")]
    [TestCase("no cookie")]
    public async Task S4_The_question_is_not_answered_by_another_site(string how)
    {
        var (browser, another) = (new Browser(Client), new Browser(Client));
        await Client.SignInAsync(browser, "web");
        await Client.SignInAsync(another, "web");
        var (asked, elsewhere) = (await browser.GetAsync(Logouts.Path), await another.GetAsync(Logouts.Path));
        var session = asked.Document.QuerySelector("[name='session']")!.GetAttribute("value")!;
        var ticket = asked.Document.QuerySelector("[name='ticket']")!.GetAttribute("value")!;
        var token = elsewhere.Document.QuerySelector("[name='form_token']")!.GetAttribute("value")!;

        var page = how switch
        {
            "no token of the form" => await browser.PostAsync("/logout", ("session", session), ("ticket", ticket)),
            "the token of another browser" => await browser.PostAsync(
                "/logout", ("session", session), ("ticket", ticket), ("form_token", token)),
            _ => await browser.PostFromElsewhereAsync("/logout", ("session", session), ("ticket", ticket), ("form_token", token)),
        };

        Assert.That(page.Status, Is.EqualTo(400));
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
    }

    [Test]
    public async Task S4_A_ticket_is_for_the_browser_that_has_the_session_and_for_its_own_page()
    {
        var (browser, another) = (new Browser(Client), new Browser(Client));
        var tokens = await Client.SignInAsync(browser, "web");
        await Client.SignInAsync(another, "web");

        // Whoever posts without his cookie gets a ticket; it ends the session of its hint in the browser of that session only.
        var sent = await Client.PostFormAsync(Logouts.Path, ("id_token_hint", tokens["id_token"]!));
        await another.GetAsync(sent.Header("Location")!);
        Assert.That((await browser.IsSignedInAsync("web"), await another.IsSignedInAsync("web")), Is.EqualTo((true, true)));

        var asWrongPage = await browser.GetAsync("/logout?" + sent.Header("Location")!.Split('?')[1]);
        Assert.That(asWrongPage.FormWith("session"), Is.Not.Null, "of another kind, it counts for none");
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
    }
}
