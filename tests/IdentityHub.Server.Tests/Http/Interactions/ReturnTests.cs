using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http.Interactions;

/// <summary>
/// Where a browser goes on comes from the hub itself: nothing that somebody else writes into an address can lead it elsewhere.
/// </summary>
[Spec("ASSURANCE", "I5")]
public class ReturnTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private static readonly string[] Payloads =
    [
        "//evil.test",
        "/\\evil.test",
        "/%09/evil.test",
        "~//evil.test",
        "https:evil.test",
        "/%5cevil.test",
        "https://evil.test/",
        "javascript:alert(1)",
        "\\\\evil.test",
        "/.evil.test",
        "http://hub.test@evil.test",
        "//evil.test/%2e%2e",
        "/\t/evil.test",
        "data:text/html,x",
        "///evil.test",
        "\r\nLocation: https://evil.test",
    ];

    private static readonly string[] Names =
    [
        "returnUrl", "ReturnUrl", "return_url", "redirect_uri", "next", "url", "ticket", "done", "continue", "post_logout_redirect_uri"
    ];

    [TestCaseSource(nameof(Payloads))]
    public async Task I5_A_login_ends_on_the_hub_whatever_its_address_says(string payload)
    {
        var user = await Hub.AddUserAsync();
        var query = string.Join('&', Names.Select(name => $"{name}={Uri.EscapeDataString(payload)}"));
        var browser = new Browser(Client);
        var login = await browser.GetAsync($"/login?{query}");
        Assert.That(login.Document.Links.Select(link => link.GetAttribute("href")), Is.All.StartsWith("/").And.None.Contains("evil"));

        var form = login.FormWith("password");
        var done = await browser.PostAsync(
            $"/login?{query}",
            [
                .. Names.Select(name => (name, payload)),
                ("form_token", form.QuerySelector("[name=form_token]")!.GetAttribute("value")!),
                ("username", user.UserName!),
                ("password", HubUsers.Password),
            ]);

        Assert.That((done.Path, done.Status), Is.EqualTo(("/account", 200)));
    }

    [TestCaseSource(nameof(Payloads))]
    public async Task I5_Neither_do_the_other_pages_lead_elsewhere(string payload)
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var query = string.Join('&', Names.Select(name => $"{name}={Uri.EscapeDataString(payload)}"));
        foreach (var path in new[]
            {
                "/login", "/signup", "/consent", "/logout", "/device", "/account", "/account/password", "/account/sessions",
                "/account/applications", "/error",
            })
        {
            var page = await browser.GetOnceAsync($"{path}?{query}");
            Assert.That(page.Location ?? "/", Does.Match("^/[a-z]").Or.EqualTo("/"), path);
            Assert.That(
                page.Document.Links.Select(link => link.GetAttribute("href")), Is.All.StartsWith("/").And.None.Contains("evil"), path);
            Assert.That(
                page.Document.Forms.Select(form => form.GetAttribute("action")), Is.All.StartsWith("/").And.None.Contains("evil"), path);
            Assert.That(page.Answer.Headers.Values, Is.All.Not.Contains("evil"), path);
        }
    }

    [Test]
    public async Task I5_A_ticket_of_one_page_is_worth_nothing_at_another()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var consent = (await browser.GetAsync(CodeFlow.Address("curious"))).Path;
        var login = (await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")))).Path;
        var (consentTicket, loginTicket) = (
            consent[(consent.IndexOf('=', StringComparison.Ordinal) + 1)..], login[(login.IndexOf('=', StringComparison.Ordinal) + 1)..]);

        var wrongLogin = await new Browser(Client).GetAsync($"/login?ticket={consentTicket}");
        var wrongConsent = await browser.GetAsync($"/consent?ticket={loginTicket}");
        var changed = await new Browser(Client).GetAsync($"/login?ticket={loginTicket[..^4]}AAAA");

        Assert.Multiple(() =>
        {
            Assert.That(wrongLogin.Text(".notice"), Does.Contain("open for too long"));
            Assert.That(changed.Text(".notice"), Does.Contain("open for too long"));
            Assert.That(wrongConsent.Status, Is.EqualTo(400));
        });
    }

    [Test]
    public async Task A_ticket_is_good_for_an_hour()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var browser = new Browser(hub.Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        hub.Time.Advance(TimeSpan.FromMinutes(61));
        var done = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);

        Assert.That((done.Path, done.Status), Is.EqualTo(("/account", 200)), "the login counts, the request is gone");
        Assert.That((await new Browser(hub.Client).GetAsync(login.Path)).Text(".notice"), Does.Contain("start again"));
    }
}
