using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.EndSession;

/// <summary>Logging out with a hint of the session, and after a question without.</summary>
[Spec("OpenID Connect RP-Initiated Logout 1.0", "2")]
public class EndSessionTests(DatabaseKind kind) : HubFixture(kind, LogoutClients.Config)
{
    private const string Bye = LogoutClients.Bye;

    [TestCase("GET")]
    [TestCase("POST")]
    [TestCase("POST from another site")]
    [Spec("ASSURANCE", "P1"), Spec("OpenID Connect RP-Initiated Logout 1.0", "3")]
    public async Task P1_A_client_that_brings_a_hint_of_the_session_logs_its_user_out_at_once_and_has_him_back_with_state(string how)
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        (string, string)[] request = [("id_token_hint", tokens["id_token"]!), ("post_logout_redirect_uri", Bye), ("state", "a b&c=ü/%")];

        var page = how switch
        {
            "GET" => await browser.GetAsync(Logouts.Address([.. request.Select(parameter => (parameter.Item1, (string?)parameter.Item2))])),
            "POST" => await browser.PostAsync(Logouts.Path, request),
            _ => await browser.PostFromElsewhereAsync(Logouts.Path, request),
        };

        Assert.That(page.Location, Is.EqualTo(Bye + "?state=a%20b%26c%3D%C3%BC%2F%25"));
        Assert.That(
            (page.Sent("state"), page.Answer.Header("Cache-Control"), page.Answer.Header("Referrer-Policy")),
            Is.EqualTo(("a b&c=ü/%", "no-store", "no-referrer")));
        Assert.That(page.Status, Is.EqualTo(how == "POST" ? 303 : 302));
        Assert.That(browser.Cookies.Keys, Has.None.EqualTo("__Host-hub"));
        Assert.That(browser.CookieLines[^1], Does.StartWith("__Host-hub=;").And.Contain("secure").And.Contain("httponly"));
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"]))["error_reason"], Is.EqualTo("session_ended"));
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status, Is.EqualTo(401));
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_The_cookie_of_a_session_that_was_logged_out_is_worth_nothing_to_whoever_kept_it()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        var kept = browser.Cookies["__Host-hub"];

        await browser.LogOutAsync(tokens["id_token"]);
        browser.Cookies["__Host-hub"] = kept;

        Assert.That((await browser.IsSignedInAsync("web"), await browser.IsAskedAsync()), Is.EqualTo((false, false)));
    }

    [TestCase(Bye, null, Bye)]
    [TestCase(Bye, "", Bye)]
    [TestCase(Bye + "?tenant=a", "s", Bye + "?tenant=a&state=s")]
    public async Task State_is_appended_as_it_came_to_whatever_the_address_has_already(string uri, string? state, string expected)
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", uri), ("state", state), ("client_id", "web"));

        Assert.That(page.Location, Is.EqualTo(expected));
    }

    [TestCase("with a hint")]
    [TestCase("with a hint, by POST from another site")]
    [TestCase("asked first")]
    [TestCase("with frames")]
    [Spec("ASSURANCE", "L10")]
    public async Task L10_A_state_of_8_KB_comes_back_after_a_logout_and_travels_in_no_address_of_the_server(string how)
    {
        var state = new string('%', 8_192);
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        if (how == "with frames")
            await Client.SignInAsync(browser, "plain");
        (string Name, string? Value)[] request =
        [
            (how == "asked first" ? "client_id" : "id_token_hint", how == "asked first" ? "web" : tokens["id_token"]),
            ("post_logout_redirect_uri", Bye), ("state", state)
        ];

        List<Page> way = how == "with a hint, by POST from another site"
            ? [await browser.PostOnceFromElsewhereAsync(Logouts.Path, [.. request.Select(parameter => (parameter.Name, parameter.Value!))])]
            : [await browser.GetOnceAsync(Logouts.Address(request))];
        while (way[^1].Location is { } location && location.StartsWith('/'))
            way.Add(await browser.GetOnceAsync(location));
        if (how == "asked first")
            way.Add(await browser.SubmitOnceAsync(way[^1], way[^1].FormWith("session")));

        var back = how == "with frames"
            ? way[^1].Document.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!["5;url=".Length..]
            : way[^1].Location;
        Assert.Multiple(() =>
        {
            Assert.That(back, Is.EqualTo($"{Bye}?state={Uri.EscapeDataString(state)}"));
            Assert.That(way.Select(page => page.Answer.HeaderLength), Has.All.LessThan(4_096));
            Assert.That(way.Skip(1).Select(page => page.Path.Length), Has.All.LessThan(4_096));
        });
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [Test]
    public async Task Without_an_address_to_go_to_there_is_a_page_that_says_that_it_is_done()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");

        var page = await browser.LogOutAsync(
            tokens["id_token"], ("state", "unused"), ("logout_hint", "alice"), ("ui_locales", "xx en"), ("unknown", "x"));

        Logouts.AssertDone(page);
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [Test, Spec("ASSURANCE", "P1")]
    public async Task P1_Without_any_parameter_a_signed_in_user_is_asked_and_then_sees_that_it_is_done()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");

        var asked = await browser.GetAsync(Logouts.Path);
        Assert.That(asked.Document.Body!.TextContent, Does.Contain("Alice Archer"));
        Assert.That(await browser.IsSignedInAsync("web"), Is.True, "nothing has happened yet");
        var done = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Logouts.AssertDone(done);
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [Test, Spec("ASSURANCE", "P1")]
    public async Task P1_Without_any_parameter_and_without_anybody_signed_in_it_is_the_page_that_says_so()
    {
        Logouts.AssertDone(await new Browser(Client).GetAsync(Logouts.Path));
        Logouts.AssertDone(await new Browser(Client).PostAsync(Logouts.Path));
        Logouts.AssertDone(await new Browser(Client).GetAsync("/logout"));
    }

    [Test, Spec("OpenID Connect RP-Initiated Logout 1.0", "3")]
    public async Task Without_a_hint_the_user_is_asked_and_goes_back_to_the_client_that_is_named_when_he_agrees()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");

        var asked = await browser.GetAsync(Logouts.Address(("client_id", "web"), ("post_logout_redirect_uri", Bye), ("state", "s")));
        Assert.That(asked.Location, Is.Null);
        Assert.That(
            asked.Answer.Header("Content-Security-Policy"), Does.Not.Contain("form-action"),
            "a browser applies it to all redirects that follow");
        var back = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Assert.That((back.Status, back.Location), Is.EqualTo((303, Bye + "?state=s")));
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [Test, Spec("OpenID Connect RP-Initiated Logout 1.0", "3")]
    public async Task Without_a_hint_and_without_anybody_to_ask_there_is_a_link_and_no_redirect()
    {
        var page = await new Browser(Client).GetAsync(
            Logouts.Address(("client_id", "web"), ("post_logout_redirect_uri", Bye), ("state", "s")));

        Logouts.AssertDone(page);
        Assert.That((page.Location, page.Answer.Header("Refresh")), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(
            page.Document.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")), Has.Exactly(1).EqualTo(Bye + "?state=s"));
    }

    [Test]
    public async Task A_user_who_is_logged_out_already_is_sent_back_with_a_hint_all_the_same()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        for (var i = 0; i < 3; i++)
            Assert.That((await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", Bye))).Location, Is.EqualTo(Bye));
    }

    [Test]
    public async Task An_expired_hint_still_says_which_session_is_meant()
    {
        await using var hub = await StartHubAsync();
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, "web");
        hub.Time.Advance(TimeSpan.FromMinutes(90));

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", Bye));

        Assert.That(page.Location, Is.EqualTo(Bye));
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    [TestCase(3, Description = "idle for too long")]
    [TestCase(24, Description = "past the end of the cookie")]
    public async Task A_session_that_signs_nobody_in_any_more_is_ended_with_all_its_tokens_by_the_browser_it_belongs_to(int hours)
    {
        await using var hub = await StartHubAsync();
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, "web");
        hub.Time.Advance(TimeSpan.FromHours(hours));
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);

        var page = await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", Bye));

        Assert.That(page.Location, Is.EqualTo(Bye));
        Assert.That((await hub.Client.RefreshAsync("web", tokens["refresh_token"]))["error_reason"], Is.EqualTo("session_ended"));
    }

    [Test]
    public async Task A_hint_of_an_earlier_session_of_the_same_user_is_asked_about_and_leads_back()
    {
        var browser = new Browser(Client);
        var earlier = await Client.SignInAsync(browser, "web");
        await browser.LogOutAsync(earlier["id_token"]);
        await Client.SignInAsync(browser, "web");

        var asked = await browser.LogOutAsync(earlier["id_token"], ("post_logout_redirect_uri", Bye));
        Assert.That(asked.Location, Is.Null);
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
        var back = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Assert.That(back.Location, Is.EqualTo(Bye));
    }

    [Test]
    public async Task Who_has_become_somebody_else_since_he_was_asked_is_asked_again()
    {
        var bob = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");
        var asked = await browser.GetAsync(Logouts.Path);
        await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"))), bob.UserName!, HubUsers.Password);

        var again = await browser.SubmitAsync(asked, asked.FormWith("session"));

        Assert.That(again.Document.Body!.TextContent, Does.Contain(bob.UserName!));
        Assert.That(await browser.IsSignedInAsync("web"), Is.True);
        Logouts.AssertDone(await browser.SubmitAsync(again, again.FormWith("session")));
    }

    [Test]
    public async Task An_address_on_this_machine_may_have_any_port_and_an_app_its_own_scheme()
    {
        foreach (var uri in new[] { "http://127.0.0.1:61023/bye", "http://[::1]:51004/bye", "com.example.app:/bye" })
        {
            var browser = new Browser(Client);
            var tokens = await Client.SignInAsync(browser, "loop");
            Assert.That(
                (await browser.LogOutAsync(tokens["id_token"], ("post_logout_redirect_uri", uri), ("state", "s"))).Location,
                Is.EqualTo(uri + "?state=s"));
        }
    }

    [Test, Spec("ASSURANCE", "P4")]
    public async Task P4_A_repeated_parameter_is_refused_and_so_is_another_verb()
    {
        var repeated = await new Browser(Client).GetAsync(Logouts.Path + "?client_id=web&client_id=other");
        var put = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Put, Logouts.Path));
        var json = await Client.PostJsonAsync(Logouts.Path, "{}");

        Assert.That((repeated.Status, put.Status, put.Header("Allow"), json.Status), Is.EqualTo((400, 405, "GET, POST", 415)));
    }
}
