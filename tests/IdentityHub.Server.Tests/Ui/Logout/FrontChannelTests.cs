using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Logout;

/// <summary>The logout page tells clients by frames.</summary>
[Spec("OpenID Connect Front-Channel Logout 1.0", "2")]
public class FrontChannelTests(DatabaseKind kind) : HubFixture(kind, LogoutClients.Config)
{
    [Test, Spec("ASSURANCE", "P1")]
    public async Task P1_Each_client_of_the_session_gets_a_frame_whose_address_has_exactly_iss_and_sid_where_it_wants_them()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        await Client.SignInAsync(browser, "front");
        await Client.SignInAsync(browser, "plain");
        var sid = (await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "web")).GetClaim("sid").Value;

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", LogoutClients.Bye), ("state", "s"));

        Logouts.AssertDone(page);
        Assert.That(
            Frames(page),
            Is.EquivalentTo([$"https://front.test/out?tenant=a&iss=https%3A%2F%2Fhub.test&sid={sid}", "https://plain.test/out"])
        );
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [Test]
    public async Task The_page_may_load_those_frames_and_nothing_else_and_leads_on()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "front");
        await Client.SignInAsync(browser, "sixth");

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", "https://front.test/bye"), ("state", "s"));

        var policy = page.Answer.Header("Content-Security-Policy")!.Split("; ");
        Assert.That(
            policy,
            Has.Exactly(1).EqualTo("frame-src https:").And.Some.EqualTo("default-src 'none'").And.Some.EqualTo("frame-ancestors 'none'"));
        Assert.That(page.Answer.Header("Refresh"), Is.EqualTo("5;url=https://front.test/bye?state=s"));
        Assert.That(
            page.Document.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")),
            Has.Exactly(1).EqualTo("https://front.test/bye?state=s")
        );
        Assert.That(page.Document.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("title")), Is.All.Not.Empty);
        Assert.That(page.Answer.Header("Cache-Control"), Does.Contain("no-store"));
    }

    [Test]
    public async Task They_are_told_too_when_the_user_was_asked_first()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "plain");
        var asked = await browser.GetAsync(Logouts.Path);
        Assert.That(Frames(asked), Is.Empty);

        var done = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Assert.That(Frames(done), Is.EqualTo(["https://plain.test/out"]));
        Assert.That(done.Answer.Header("Refresh"), Is.Null);
    }

    [Test]
    public async Task A_page_that_is_loaded_again_has_its_frames_again_and_one_with_a_changed_ticket_none()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "plain");
        var page = await browser.LogOutAsync(tokens["id_token"]);

        var again = await browser.GetAsync(page.Path);
        var changed = await browser.GetAsync(page.Path[..^4] + "AAAA");

        Assert.That((Frames(again).Count, Frames(changed).Count), Is.EqualTo((1, 0)));
        Logouts.AssertDone(changed);
    }

    [TestCase("\"><script>alert(1)</script>")]
    [TestCase("'-alert(1)-'")]
    [TestCase("</a><iframe src=//evil.test>")]
    [Spec("ASSURANCE", "I4")]
    public async Task I4_Whatever_state_holds_it_is_text_in_an_address(string state)
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "front");

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", "https://front.test/bye"), ("state", state));

        Assert.That(page.Document.QuerySelectorAll("script, iframe[src*='evil']"), Is.Empty);
        Assert.That(
            page.Document.QuerySelector("a[href]")!.GetAttribute("href"),
            Is.EqualTo("https://front.test/bye?state=" + Uri.EscapeDataString(state))
        );
    }

    [Test]
    public async Task A_user_of_very_many_applications_still_has_a_page_that_can_be_loaded()
    {
        var clients = Enumerable.Range(0, 80).Select(i => $"application-{i:000}").ToList();
        var uris = clients.Select(id =>
            Logouts.Client(
                id,
                $"frontchannel_logout_uri: \"https://{id}.applications.company.test/signed-out/front-channel\"",
                "frontchannel_logout_session_required: true"));
        await using var hub = await Testing.Hub.StartAsync(Logouts.Config(uris), Kind);
        var browser = new Browser(hub.Client);
        Answer? tokens = null;
        foreach (var clientId in clients)
            tokens = await hub.Client.SignInAsync(browser, clientId);

        var page = await browser.LogOutAsync(tokens!["id_token"]);

        Assert.That(Frames(page), Has.Count.EqualTo(clients.Count));
    }

    private static List<string> Frames(Page page) =>
        [.. page.Document.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("src")!)];
}
