using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui;

/// <summary>Whatever somebody has written into a value comes out as text, on every page that shows it.</summary>
[Spec("ASSURANCE", "I4")]
public class EscapingTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    // JSON is YAML: the payload stands in it as a string.
    private static readonly string EvilText = JsonSerializer.Serialize(Pages.Evil);

    private static readonly string Config = Parts.People +
        $$"""
        scopes:
          - { name: evil.scope, display_name: {{EvilText}}, description: {{EvilText}} }
        api_resources:
          - { name: evil, scopes: [evil.scope], client_secrets: [{ value: "plain:evil-secret" }] }
        clients:
          - { client_id: "<b>web</b>", client_name: {{EvilText}}, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:web-secret" }],
              redirect_uris: ["https://web.test/cb"], require_consent: true, scope: openid evil.scope }
          - { client_id: "<b>tv</b>", client_name: {{EvilText}}, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid evil.scope }
        """;

    private const string Web = "%3Cb%3Eweb%3C%2Fb%3E";

    private static string Authorize(params (string Name, string Value)[] more) =>
        CodeFlow.AddressOf([
            ("client_id", "<b>web</b>"),
            ("response_type", "code"),
            ("redirect_uri", "https://web.test/cb"),
            ("scope", "openid evil.scope"),
            .. more
        ]);

    [Test]
    public async Task I4_On_the_login_page_the_hint_what_was_typed_and_the_name_of_the_client_are_text()
    {
        var browser = new Browser(Client);
        var login = await browser.GetAsync(Authorize(("login_hint", Pages.Evil), ("ui_locales", Pages.Evil), ("state", Pages.Evil)));
        var refused = await browser.LogInAsync(login, Pages.Evil, Pages.Evil);

        Assert.Multiple(() =>
        {
            Assert.That((login.IsIntact(), refused.IsIntact()), Is.EqualTo((true, true)), refused.Answer.Body);
            Assert.That(login.Text("bdi"), Is.EqualTo(Pages.Evil));
            Assert.That(login.Document.QuerySelector("#username")!.GetAttribute("value"), Is.EqualTo(Pages.Evil));
            Assert.That(refused.Document.QuerySelector("#username")!.GetAttribute("value"), Is.EqualTo(Pages.Evil));
            Assert.That(refused.Document.QuerySelector("#password")!.GetAttribute("value"), Is.Null, "a password is never sent back");
        });
    }

    [Test]
    public async Task I4_On_the_consent_page_and_among_the_applications_names_and_scopes_are_text()
    {
        var user = await Hub.AddUserAsync(user => (user.GivenName, user.FamilyName) = (Pages.Evil, Pages.Evil));
        var (browser, account) = await Hub.SignInAsync(user);
        var consent = await browser.GetAsync(Authorize());
        var choice = await browser.GetAsync(Authorize(("prompt", "select_account")));
        await browser.SubmitAsync(consent, "/consent", ("decision", "allow"));
        var applications = await browser.GetAsync("/account/applications");
        var logout = await browser.GetAsync("/logout");

        Assert.Multiple(() =>
        {
            Assert.That(new[] { account, consent, choice, applications, logout }.Select(page => page.IsIntact()), Is.All.True);
            Assert.That(account.Document.QuerySelector("#given_name")!.GetAttribute("value"), Is.EqualTo(Pages.Evil));
            Assert.That(
                consent.Document.QuerySelectorAll("bdi").Select(name => name.TextContent),
                Is.EqualTo([Pages.Evil, $"{Pages.Evil} {Pages.Evil}", "<b>web</b>", "https://web.test"])
            );
            Assert.That(consent.Document.QuerySelectorAll("label strong").Select(name => name.TextContent), Does.Contain(Pages.Evil));
            Assert.That(choice.Text("form button"), Does.Contain(Pages.Evil));
            Assert.That(applications.Text(".what strong"), Is.EqualTo(Pages.Evil));
            Assert.That(applications.Document.QuerySelectorAll(".what li").Select(scope => scope.TextContent), Does.Contain(Pages.Evil));
            Assert.That(logout.Text("bdi"), Does.Contain(Pages.Evil));
        });
    }

    [Test]
    public async Task I4_What_a_browser_or_a_device_calls_itself_is_text()
    {
        var (browser, page) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var other = new Browser(Client) { UserAgent = $"curl/1 {Pages.Evil}" };
        await other.LogInAsync(await other.GetAsync("/login"), page.Text("dd")!, HubUsers.Password);
        var request = new HttpRequestMessage(HttpMethod.Post, Devices.Endpoint).WithForm(
            ("client_id", "<b>tv</b>"), ("scope", "openid evil.scope"));
        request.Headers.TryAddWithoutValidation("User-Agent", Pages.Evil);
        var userCode = (await Client.AnswerAsync(request))["user_code"]!;

        var sessions = await browser.GetAsync("/account/sessions");
        var typed = await browser.GetAsync($"/device?user_code={Uri.EscapeDataString(Pages.Evil)}");
        var refused = await browser.SubmitAsync(typed, "/device");
        var found = await browser.SubmitAsync(refused, "/device", ("user_code", userCode));

        Assert.Multiple(() =>
        {
            Assert.That(new[] { sessions, typed, refused, found }.Select(shown => shown.IsIntact()), Is.All.True);
            Assert.That(typed.Document.QuerySelector("#user_code")!.GetAttribute("value"), Is.EqualTo(Pages.Evil));
            Assert.That(refused.Status, Is.EqualTo(400));
            Assert.That(found.Document.QuerySelectorAll("dd").Select(shown => shown.TextContent), Has.None.Contains("alert(1)"));
            Assert.That(found.Document.QuerySelectorAll("dd code").Select(id => id.TextContent), Does.Contain("<b>tv</b>"));
        });
    }

    [Test]
    public async Task I4_On_the_error_page_what_was_sent_is_text()
    {
        foreach (var address in new[]
        {
            $"/connect/authorize?client_id={Uri.EscapeDataString(Pages.Evil)}",
            $"/connect/authorize?client_id={Web}&redirect_uri={Uri.EscapeDataString("https://web.test/" + Pages.Evil)}",
            $"/connect/authorize?{Uri.EscapeDataString(Pages.Evil)}=1&{Uri.EscapeDataString(Pages.Evil)}=2",
            $"/consent?ticket={Uri.EscapeDataString(Pages.Evil)}",
        })
        {
            var page = await new Browser(Client).GetAsync(address);
            Assert.That((page.Status, page.IsIntact(), page.Text("h1")), Is.EqualTo((400, true, "That did not work")), address);
        }
    }

    [Test]
    public async Task I4_A_made_account_has_a_name_and_nothing_else_for_one()
    {
        await using var hub = await StartHubAsync(("IdentityHub:Registration:Enabled", "true"));
        var browser = new Browser(hub.Client);
        var page = await browser.SubmitAsync(
            await browser.GetAsync("/signup"), "/signup", ("username", Pages.Evil), ("password", "some-password"),
            ("repeated_password", "some-password"));

        Assert.That((page.Status, page.IsIntact()), Is.EqualTo((400, true)));
        Assert.That(page.Document.QuerySelector("#username")!.GetAttribute("value"), Is.EqualTo(Pages.Evil));
    }
}
