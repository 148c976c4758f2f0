using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

[Spec("ASSURANCE", "P2"), Spec("RFC 9700", "2.1"), Spec("RFC 6749", "3.1.2")]
public class RedirectUriTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    // Registered: https://web.test/cb and https://web.test/cb?tenant=a for web; http://127.0.0.1/cb, http://localhost:5090/spa and
    // http://[::1]/cb for spa.
    private static readonly (string ClientId, string Uri)[] Payloads =
    [
        ("web", "https://evil.test/cb"),
        ("web", "https://web.test/cb/"),
        ("web", "https://web.test/cb/../evil"),
        ("web", "https://web.test/cb/..;/evil"),
        ("web", "https://web.test/cb%2f..%2fevil"),
        ("web", "https://web.test/cb%252f..%252fevil"),
        ("web", "https://web.test/c%62"),
        ("web", "https://web.test/CB"),
        ("web", "https://WEB.test/cb"),
        ("web", "HTTPS://web.test/cb"),
        ("web", "http://web.test/cb"),
        ("web", "https://web.test:443/cb"),
        ("web", "https://web.test:8443/cb"),
        ("web", "https://web.test./cb"),
        ("web", "https://web.test.evil.test/cb"),
        ("web", "https://web.test@evil.test/cb"),
        ("web", "https://evil.test@web.test/cb"),
        ("web", "https://web.test:x@evil.test/cb"),
        ("web", "https://evil.test/https://web.test/cb"),
        ("web", "https://evil.test#https://web.test/cb"),
        ("web", "https://evil.test?https://web.test/cb"),
        ("web", "https://evil.test\\@web.test/cb"),
        ("web", "https:\\\\web.test\\cb"),
        ("web", "https:/web.test/cb"),
        ("web", "https:web.test/cb"),
        ("web", "//web.test/cb"),
        ("web", "/cb"),
        ("web", "https://web.test/cb#"),
        ("web", "https://web.test/cb#fragment"),
        ("web", "https://web.test/cb?"),
        ("web", "https://web.test/cb?code=stolen"),
        ("web", "https://web.test/cb?tenant=b"),
        ("web", "https://web.test/cb?tenant=a&x=1"),
        ("web", "https://web.test/cb?tenant=A"),
        ("web", " https://web.test/cb"),
        ("web", "https://web.test/cb "),
        ("web", "https://web.test/cb\u200b"),
        ("web", "https://wеb.test/cb"),
        ("web", "https://web.test/cb;x"),
        ("web", "javascript:alert(1)//https://web.test/cb"),
        ("web", "data:text/html,<script>alert(1)</script>"),
        ("web", "https://other.test/cb"),
        ("spa", "http://127.0.0.1:0/cb"),
        ("spa", "http://127.0.0.1:65536/cb"),
        ("spa", "http://127.0.0.1:80:81/cb"),
        ("spa", "http://127.0.0.1:8080@evil.test/cb"),
        ("spa", "http://127.0.0.1:/cb"),
        ("spa", "http://127.0.0.1:8080/cb/x"),
        ("spa", "http://127.0.0.1:8080"),
        ("spa", "http://127.0.0.1.evil.test/cb"),
        ("spa", "http://127.0.0.1:8080.evil.test/cb"),
        ("spa", "http://127.0.0.2:8080/cb"),
        ("spa", "http://127.1:8080/cb"),
        ("spa", "http://2130706433/cb"),
        ("spa", "http://0x7f000001/cb"),
        ("spa", "https://127.0.0.1:8080/cb"),
        ("spa", "http://localhost:5090/cb"),
        ("spa", "http://localhost.evil.test:5090/spa"),
        ("spa", "http://localhost:٥٠٩٠/spa"),
        ("spa", "http://[::1]:8080/cb?x"),
        ("spa", "http://[::ffff:127.0.0.1]/cb"),
        ("app", "com.example.app:/cb/"),
        ("app", "com.example.app://cb"),
        ("app", "com.example.app2:/cb"),
    ];

    private static readonly (string ClientId, string Uri)[] Registered =
    [
        ("web", "https://web.test/cb"), ("web", "https://web.test/cb?tenant=a"), ("app", "com.example.app:/cb"),
        ("spa", "http://127.0.0.1/cb"),
        ("spa", "http://127.0.0.1:51004/cb"),
        ("spa", "http://[::1]:61023/cb"),
        ("spa", "http://localhost:1/spa"),
        ("spa", "http://localhost/spa"),
    ];

    private static IEnumerable<TestCaseData> Cases => Payloads.Select(payload => new TestCaseData(payload.ClientId, payload.Uri));

    private static IEnumerable<TestCaseData> GoodCases => Registered.Select(payload => new TestCaseData(payload.ClientId, payload.Uri));

    [TestCaseSource(nameof(Cases))]
    public async Task P2_At_the_authorization_endpoint_it_is_a_page_and_no_redirect(string clientId, string uri)
    {
        foreach (var (name, value) in new[]
            {
                ("prompt", "login"), ("prompt", "none"), ("response_mode", "form_post"), ("response_type", "token"),
            })
        {
            var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address(clientId, ("redirect_uri", uri), (name, value)));

            Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)), $"{name}={value}");
            Assert.That(
                page.Document.QuerySelectorAll("form[action], meta[http-equiv=refresh]").Select(form => form.GetAttribute("action")),
                Has.None.Contains("evil"));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task P2_It_cannot_be_pushed_either(string clientId, string uri)
    {
        var request = CodeFlow.Request(clientId, ("redirect_uri", uri), ("client_secret", clientId == "web" ? "web-secret" : null));
        var answer = await Client.PostFormAsync("/connect/par", request);

        Assert.That(
            (answer.Status, answer["error"], answer["request_uri"]), Is.EqualTo((400, "invalid_request", (string?)null)), answer.Body);
        Assert.That(answer.Header("Location"), Is.Null);
    }

    [TestCaseSource(nameof(GoodCases))]
    public async Task One_that_is_registered_is_gone_to_with_whatever_loopback_port(string clientId, string uri)
    {
        var page = await new Browser(Client).AuthorizeAsync(clientId, ("redirect_uri", uri));
        Assert.That(page.Location, Does.StartWith(uri + (uri.Contains('?', StringComparison.Ordinal) ? "&code=" : "?code=")));

        var tokens = await Client.RedeemAsync(clientId, page.Sent("code"), ("redirect_uri", uri));
        Assert.That(tokens.Status, Is.EqualTo(200), tokens.Body);
    }

    [Test]
    public async Task P4_Two_of_them_are_refused_wherever_they_stand()
    {
        var address = CodeFlow.Address("web") + "&redirect_uri=" + Uri.EscapeDataString("https://evil.test/cb");
        var page = await new Browser(Client).GetOnceAsync(address);

        Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)));
    }

    [Test]
    public async Task A_client_with_one_may_leave_it_out_and_one_with_several_may_not()
    {
        var one = await new Browser(Client).AuthorizeAsync("other", ("redirect_uri", null));
        var several = await new Browser(Client).GetOnceAsync(CodeFlow.Address("web", ("redirect_uri", null)));

        Assert.That(one.Location, Does.StartWith("https://other.test/cb?code="));
        Assert.That((await Client.RedeemAsync("other", one.Sent("code"), ("redirect_uri", null))).Status, Is.EqualTo(200));
        Assert.That((several.Status, several.Location), Is.EqualTo((400, (string?)null)));
    }

    [Test]
    public async Task In_Development_the_page_names_the_nearest_that_is_registered_and_elsewhere_it_does_not()
    {
        var address = CodeFlow.Address("web", ("redirect_uri", "https://web.test/callback?tenant=a"));
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, Kind);
        var development = await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var production = await installation.StartNodeAsync(
            settings: [("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")]);

        Assert.That((await development.Client.GetAnswerAsync(address)).Body, Does.Contain("https://web.test/cb?tenant=a"));
        Assert.That(
            (await production.Client.GetAnswerAsync(address)).Body,
            Does.Contain("redirect_uri").And.Not.Contain("https://web.test/cb")
        );
    }
}
