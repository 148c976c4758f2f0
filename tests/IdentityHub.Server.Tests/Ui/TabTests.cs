using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui;

/// <summary>Back buttons, second tabs and cancelled logins gain nothing.</summary>
[Spec("ASSURANCE", "S6")]
public class TabTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    [Test]
    public async Task S6_A_cancelled_login_leaves_the_session_as_it_was()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var cookie = browser.Session();
        var login = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")));
        var cancelled = await browser.GetAsync(
            login.Document.Links.Single(link => link.TextContent.StartsWith("Cancel", StringComparison.Ordinal)).GetAttribute("href")!);

        Assert.That((cancelled.Sent("error"), browser.Session()), Is.EqualTo(("access_denied", cookie)));
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")))).IsLogin(), Is.True, "the login is still asked for");
        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task S6_The_login_form_of_an_earlier_page_logs_in_again_and_nothing_more()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        await browser.LogInAsync(login, first.UserName!, HubUsers.Password);
        var signedInAsFirst = browser.Session();

        // Back, and once more, with what the browser shows there.
        var refused = await browser.LogInAsync(login, second.UserName!, "wrong");
        Assert.That((refused.Status, browser.Session()), Is.EqualTo((400, signedInAsFirst)));
        await browser.LogInAsync(login, second.UserName!, HubUsers.Password);
        var old = new Browser(Client) { Cookies = { [Pages.SessionCookie] = signedInAsFirst! } };
        Assert.That((await old.GetAsync("/account")).Path, Does.StartWith("/login"), "the session of the first has ended");
        Assert.That((await browser.GetAsync("/account")).Text("dd"), Is.EqualTo(second.UserName));
    }

    [Test]
    public async Task S6_Two_tabs_log_in_one_after_the_other_and_each_comes_to_its_client()
    {
        var user = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        var web = await browser.GetAsync(CodeFlow.Address("web"));
        var other = await browser.GetAsync(CodeFlow.Address("other"));

        var second = await browser.LogInAsync(other, user.UserName!, HubUsers.Password);
        var first = await browser.LogInAsync(web, user.UserName!, HubUsers.Password);

        Assert.That(second.Location, Does.StartWith("https://other.test/cb?code="));
        Assert.That(first.Location, Does.StartWith("https://web.test/cb?code="));
    }

    [Test]
    public async Task S6_A_consent_that_one_user_was_asked_for_is_not_given_by_the_next()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var (browser, _) = await Hub.SignInAsync(first);
        var consent = await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid email")));
        Assert.That(consent.Path, Does.StartWith("/consent"));

        // In another tab.
        await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"))), second.UserName!, HubUsers.Password);
        var page = await browser.SubmitAsync(consent, "/consent", ("decision", "allow"));

        Assert.That((page.Location, page.Path.Split('?')[0]), Is.EqualTo(((string?)null, "/consent")), "the second is asked himself");
        Assert.That(
            (await browser.GetAsync("/account/applications")).Document.QuerySelectorAll("ul.rows > li").Select(row => row.TextContent),
            Has.None.Contains("Curious"));
    }

    [Test]
    public async Task S6_A_decision_is_worth_nothing_for_another_request_or_in_another_browser()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var (other, _) = await Hub.SignInAsync(user);
        var consent = await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid"), ("prompt", "consent")));
        var form = consent.FormTo("/consent");
        var answer = await browser.GetOnceAsync("/account");
        Assert.That(answer.Status, Is.EqualTo(200));

        var decided = await PostOnceAsync(browser, form, "allow");
        var decision = decided.Location![(decided.Location!.IndexOf("&consent=", StringComparison.Ordinal) + "&consent=".Length)..];

        foreach (var (visitor, scope) in new[] { (browser, "openid email"), (other, "openid") })
        {
            var page = await visitor.GetAsync($"{CodeFlow.Address("curious", ("scope", scope), ("prompt", "consent"))}&consent={decision}");
            Assert.That(page.Path, Does.StartWith("/consent"), scope);
        }
    }

    [Test]
    public async Task S6_A_decision_is_not_kept_for_another_day()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        var address = CodeFlow.Address("curious", ("scope", "openid"), ("prompt", "consent"));
        var consent = await browser.GetAsync(address);
        var allowed = await browser.SubmitAsync(consent, "/consent", ("decision", "allow"));
        Assert.That(allowed.Sent("code"), Is.Not.Null);

        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await browser.GetAsync(allowed.Path)).Path, Does.StartWith("/consent"), "the address from the history");
    }

    // The redirect itself is what the test is after.
    private async Task<Page> PostOnceAsync(Browser browser, AngleSharp.Html.Dom.IHtmlFormElement form, string decision)
    {
        var fields = form.QuerySelectorAll("input[type=hidden]")
            .Select(field => (field.GetAttribute("name")!, field.GetAttribute("value")!))
            .Append(("decision", decision))
            .ToArray();
        var request = new HttpRequestMessage(HttpMethod.Post, "/consent").WithForm(fields);
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        return new Page("/consent", await Client.AnswerAsync(request));
    }
}
