using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Consent;

[Spec("OpenID Connect Core", "3.1.2.4")]
public class ConsentPageTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config =
        """
        scopes:
          - { name: orders.read, display_name: Read your orders, description: Those of the last three years }
          - { name: lonely }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        clients:
          - { client_id: curious, client_name: Curious, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:curious-secret" }],
              redirect_uris: ["https://curious.test/cb"], require_consent: true, scope: openid profile email orders.read lonely }
          - { client_id: plain, client_name: Plain, grant_types: [authorization_code], client_secrets: [{ value: "plain:plain-secret" }],
              redirect_uris: ["https://plain.test/cb"], require_consent: true }
        """;

    private const string All = "openid profile orders.read lonely";

    [Test]
    public async Task It_says_who_asks_for_what_and_where_the_way_leads()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync(user => user.GivenName = "Carol"));
        var page = await browser.GetAsync(
            CodeFlow.Address("curious", ("scope", All), ("state", "not-registered"), ("client_name", "Somebody else")));
        browser.AcceptLanguage = "de";
        var german = await browser.GetAsync(page.Path);

        Assert.Multiple(() =>
        {
            Assert.That(page.Text(".lead"), Is.EqualTo("Curious would like to have access to your account, Carol."));
            Assert.That(
                page.Document.QuerySelectorAll("fieldset strong").Select(scope => scope.TextContent),
                Is.EqualTo(["Sign you in", "See your profile", "Read your orders", "lonely"]));
            Assert.That(
                page.Document.QuerySelectorAll("fieldset .hint").Select(scope => scope.TextContent),
                Does.Contain("Those of the last three years"));
            Assert.That(
                german.Document.QuerySelectorAll("fieldset strong").Select(scope => scope.TextContent),
                Is.EqualTo(["Sie anmelden", "Ihr Profil sehen", "Read your orders", "lonely"]));
            Assert.That(
                page.Document.QuerySelectorAll("fieldset input").Select(box => box.HasAttribute("disabled")),
                Is.EqualTo([true, false, false, false]), "openid cannot be unticked");
            Assert.That(page.Document.QuerySelectorAll("input[type=checkbox]").Select(box => box.HasAttribute("checked")), Is.All.True);
            Assert.That(
                page.Answer.Body,
                Does.Contain("https://curious.test").And.Not.Contain("Somebody else").And.Not.Contain("not-registered")
            );
            Assert.That(
                page.Answer.Header("Content-Security-Policy"), Does.Not.Contain("form-action"),
                "a browser applies it to all redirects that follow");
        });
    }

    [Test]
    public async Task What_is_unticked_is_not_granted_and_what_was_not_asked_for_neither()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(CodeFlow.Address("curious", ("scope", All)));
        var answer = await browser.PostAsync(
            "/consent", [.. Hidden(page), ("decision", "allow"), ("scope", "orders.read"), ("scope", "email"), ("scope", "admin")]);
        var tokens = await Client.RedeemAsync("curious", answer.Sent("code"));

        Assert.That(tokens["scope"], Is.EqualTo("openid orders.read"));
        var granted = await Hub.AuditAsync(user.Id, "consent.granted");
        Assert.That(granted.Select(row => (row.ClientId, row.Detail, row.Reason)), Is.EqualTo([("curious", "openid orders.read", "once")]));
    }

    [Test]
    public async Task A_decision_is_remembered_for_its_scopes_and_adds_to_what_was_agreed_before()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);

        await AllowAsync("openid profile");
        Assert.That((await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile")))).Sent("code"), Is.Not.Null);
        Assert.That((await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid")))).Sent("code"), Is.Not.Null, "part of it");
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid orders.read")))).Path, Does.StartWith("/consent"),
            "more than that");
        await AllowAsync("openid orders.read");
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile orders.read")))).Sent("code"), Is.Not.Null,
            "both together");
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid"), ("prompt", "consent")))).Path,
            Does.StartWith("/consent"), "when the client insists");

        async Task AllowAsync(string scope)
        {
            var page = await browser.GetAsync(CodeFlow.Address("curious", ("scope", scope)));
            Assert.That(
                (await browser.PostAsync(
                        "/consent",
                        [.. Hidden(page), ("decision", "allow"), ("remember", "true"), .. scope.Split(' ').Select(one => ("scope", one))])
                ).Sent("code"),
                Is.Not.Null);
        }
    }

    [TestCase(null, false)]
    [TestCase("profile", true)]
    public async Task Claims_that_are_asked_for_by_name_go_as_far_as_what_was_ticked(string? ticked, bool hasName)
    {
        // Of a client whose users need not be asked, but which has them asked.
        await using var hub = await Testing.Hub.StartAsync(
            Config.Replace("require_consent: true, scope: openid profile", "scope: openid profile", StringComparison.Ordinal), Kind);
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync(user => user.GivenName = "Carol"));
        var address = CodeFlow.Address(
            "curious", ("scope", "openid profile"), ("prompt", "consent"),
            ("claims", """{"id_token":{"given_name":null},"userinfo":{"given_name":null}}"""));
        var page = await browser.GetAsync(address);
        var answer = await browser.PostAsync(
            "/consent", [.. Hidden(page), ("decision", "allow"), .. ticked is null ? [] : new[] { ("scope", ticked) }]);
        var tokens = await hub.Client.RedeemAsync("curious", answer.Sent("code"));
        var userInfo = await hub.Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);
        var idToken = await RelyingParty.ReadIdTokenAsync(hub, tokens["id_token"], "curious");

        Assert.That(
            (userInfo["given_name"], idToken.Claims.Any(claim => claim.Type == "given_name")),
            Is.EqualTo((hasName ? "Carol" : null, hasName)));
    }

    [Test]
    public async Task Of_two_decisions_at_once_neither_is_lost()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        string[] scopes = ["openid profile", "openid email", "openid orders.read", "openid lonely"];
        List<Page> pages = [];
        foreach (var scope in scopes)
            pages.Add(await browser.GetAsync(CodeFlow.Address("curious", ("scope", scope))));
        var copies = scopes.Select(_ => new Browser(hub.Client)).ToList();
        foreach (var copy in copies)
        {
            foreach (var (name, value) in browser.Cookies)
                copy.Cookies[name] = value;
        }

        hub.Rendezvous(scopes.Length);
        await Task.WhenAll(copies.Select((copy, i) => copy.SubmitAsync(pages[i], "/consent", ("decision", "allow"))));

        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile email orders.read lonely")))).Sent("code"),
            Is.Not.Null);
    }

    [Test]
    public async Task A_decision_that_is_not_to_be_remembered_is_asked_for_again()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var page = await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile")));
        await browser.SubmitAsync(page, "/consent", ("decision", "allow"), ("remember", null));

        Assert.That((await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile")))).Path, Does.StartWith("/consent"));
    }

    [Test]
    public async Task Refused_the_client_is_told_so_and_may_ask_again()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        foreach (var (client, scope) in new[] { ("curious", "openid profile"), ("plain", null) })
        {
            var page = await browser.GetAsync(CodeFlow.Address(client, ("scope", scope)));
            Assert.That(page.Path, Does.StartWith("/consent"));
            var answer = await browser.SubmitAsync(page, "/consent", ("decision", "deny"));

            Assert.That(
                (answer.Sent("error"), answer.Sent("state"), answer.Sent("code")),
                Is.EqualTo(("access_denied", "some-state", (string?)null)), client);
            Assert.That((await browser.GetAsync(CodeFlow.Address(client, ("scope", scope)))).Path, Does.StartWith("/consent"));
        }

        Assert.That((await Hub.AuditAsync(user.Id, "consent.denied", 2)).Select(row => row.ClientId), Is.EqualTo(["curious", "plain"]));
    }

    [Test]
    public async Task Nothing_ticked_or_nothing_decided_is_asked_again()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var page = await browser.GetAsync(CodeFlow.Address("curious", ("scope", "orders.read")));
        var nothing = await browser.PostAsync("/consent", [.. Hidden(page), ("decision", "allow")]);
        var undecided = await browser.PostAsync("/consent", [.. Hidden(page), ("scope", "orders.read")]);

        Assert.That((nothing.Status, nothing.Failure()), Is.EqualTo((400, "Tick what you allow, or choose “Do not allow”.")));
        Assert.That((undecided.Status, undecided.Failure()), Is.EqualTo((400, "Choose whether to allow the access or not.")));
        Assert.That(
            (await browser.SubmitAsync(nothing, "/consent", ("decision", "allow"), ("scope", "orders.read"))).Sent("code"), Is.Not.Null);
    }

    [Test]
    public async Task Another_account_may_be_used_instead()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync(user => user.GivenName = "Second"));
        var (browser, _) = await Hub.SignInAsync(first);
        var page = await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid")));
        var login = await browser.GetAsync(
            page.Document.Links.Single(link => link.TextContent == "Use another account").GetAttribute("href")!);
        var consent = await browser.LogInAsync(login, second.UserName!, HubUsers.Password);

        Assert.That(consent.Text(".lead"), Does.EndWith("your account, Second."));
    }

    [Test]
    public async Task Without_a_ticket_nothing_is_asked()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());

        Assert.That((await browser.GetAsync("/consent")).Status, Is.EqualTo(400));
    }

    private static IEnumerable<(string Name, string Value)> Hidden(Page page) =>
        page.FormTo("/consent")
            .QuerySelectorAll("input[type=hidden]")
            .Select(field => (field.GetAttribute("name")!, field.GetAttribute("value")!));
}
