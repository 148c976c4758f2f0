using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.EndSession;

/// <summary>A logout request that is not right sends the user nowhere and logs nobody out.</summary>
[Spec("OpenID Connect RP-Initiated Logout 1.0", "4")]
public class LogoutRefusalTests(DatabaseKind kind) : HubFixture(kind, LogoutClients.Config)
{
    private const string Bye = LogoutClients.Bye;

    // Registered: https://web.test/bye and https://web.test/bye?tenant=a for web; http://127.0.0.1/bye, http://[::1]/bye,
    // com.example.app:/bye for loop.
    private static readonly (string ClientId, string Uri)[] Payloads =
    [
        ("web", "https://evil.test/bye"),
        ("web", "https://other.test/bye"),
        ("web", "https://web.test/cb"),
        ("web", "https://web.test/"),
        ("web", "https://web.test"),
        ("web", "https://web.test/bye/"),
        ("web", "https://web.test/bye/../evil"),
        ("web", "https://web.test/bye/..;/evil"),
        ("web", "https://web.test/bye%2f..%2fevil"),
        ("web", "https://web.test/by%65"),
        ("web", "https://web.test/bye%00"),
        ("web", "https://web.test/BYE"),
        ("web", "https://WEB.test/bye"),
        ("web", "HTTPS://web.test/bye"),
        ("web", "http://web.test/bye"),
        ("web", "https://web.test:443/bye"),
        ("web", "https://web.test./bye"),
        ("web", "https://web.test.evil.test/bye"),
        ("web", "https://web.test@evil.test/bye"),
        ("web", "https://evil.test@web.test/bye"),
        ("web", "https://evil.test/https://web.test/bye"),
        ("web", "https://evil.test#https://web.test/bye"),
        ("web", "https://evil.test\\@web.test/bye"),
        ("web", "https:\\\\web.test\\bye"),
        ("web", "//web.test/bye"),
        ("web", "/bye"),
        ("web", "https:web.test/bye"),
        ("web", "https://web.test/bye#"),
        ("web", "https://web.test/bye#fragment"),
        ("web", "https://web.test/bye?"),
        ("web", "https://web.test/bye?foo=bar"),
        ("web", "https://web.test/bye?tenant=a&x=1"),
        ("web", "https://web.test/bye?tenant=b"),
        ("web", " https://web.test/bye"),
        ("web", "https://web.test/bye "),
        ("web", "https://wеb.test/bye"),
        ("web", "https://web.test/bye​"),
        ("web", "javascript:alert(1)//https://web.test/bye"),
        ("web", "data:text/html,<script>alert(1)</script>"),
        ("loop", "http://127.0.0.1:0/bye"),
        ("loop", "http://127.0.0.1:65536/bye"),
        ("loop", "http://127.0.0.1:80:81/bye"),
        ("loop", "http://127.0.0.1:8080@evil.test/bye"),
        ("loop", "http://127.0.0.1.evil.test/bye"),
        ("loop", "http://127.0.0.2:8080/bye"),
        ("loop", "https://127.0.0.1:8080/bye"),
        ("loop", "http://localhost:8080/bye"),
        ("loop", "com.example.app://bye"), ("loop", "com.example.app2:/bye"),
    ];

    private static IEnumerable<TestCaseData> Cases => Payloads.Select(payload => new TestCaseData(payload.ClientId, payload.Uri));

    // In words, and what is made of the good id_token of web.
    private static readonly Dictionary<string, Func<string, string>> BadHints = new()
    {
        ["of another signature"] = token => token[..^8] + (token[^8] == 'A' ? 'B' : 'A') + token[^7..],
        ["of other claims"] = token =>
            Replace(token, 1, json => json.Replace("\"aud\":\"web\"", "\"aud\":\"other\"", StringComparison.Ordinal)),
        ["of alg none"] = token => Replace(token, 0, json => json.Replace("RS256", "none", StringComparison.Ordinal)),
        ["of alg HS256"] = token => Replace(token, 0, json => json.Replace("RS256", "HS256", StringComparison.Ordinal)),
        ["of another type"] = token => Replace(token, 0, json => json.Replace("\"JWT\"", "\"logout+jwt\"", StringComparison.Ordinal)),
        ["without signature"] = token => token[..(token.LastIndexOf('.') + 1)],
        ["cut"] = token => token[..^1],
        ["lengthened"] = token => token + "A",
        ["that is no token"] = _ => "id_token",
        ["in an array"] = token => $"[\"{token}\"]",
    };

    [TestCaseSource(nameof(Cases))]
    [Spec("ASSURANCE", "P2")]
    public async Task P2_An_address_that_is_not_registered_to_the_letter_is_never_redirected_to(string clientId, string uri)
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, clientId);

        foreach (var more in new (string, string?)[][]
            {
                [("id_token_hint", tokens["id_token"])],
                [("client_id", clientId)],
                [("id_token_hint", tokens["id_token"]), ("client_id", clientId)],
                [],
            })
            await AssertRefusedAsync(
                browser, clientId, "post_logout_redirect_uri", [.. more, ("post_logout_redirect_uri", uri), ("state", "s")]);

        // Nor where nobody is signed in.
        var page = await new Browser(Client).GetAsync(
            Logouts.Address(("id_token_hint", tokens["id_token"]), ("post_logout_redirect_uri", uri)));
        Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)));
    }

    private static IEnumerable<string> BadHintNames => BadHints.Keys;

    [TestCaseSource(nameof(BadHintNames))]
    [Spec("ASSURANCE", "P1")]
    public async Task P1_A_modified_hint_is_refused(string how)
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");

        await AssertRefusedAsync(
            browser, "web", "id_token_hint", ("id_token_hint", BadHints[how](tokens["id_token"]!)), ("post_logout_redirect_uri", Bye));
        await AssertRefusedAsync(
            browser, "web", "id_token_hint", ("id_token_hint", BadHints[how](tokens["id_token"]!)), ("client_id", "web"));
    }

    [Test, Spec("ASSURANCE", "P1")]
    public async Task P1_A_hint_of_another_server_another_client_or_another_kind_of_token_is_refused()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");
        await using var elsewhere = await StartForeignHubAsync();
        var foreign = await elsewhere.Client.SignInAsync(new Browser(elsewhere.Client), "web");

        await AssertRefusedAsync(
            browser, "web", "id_token_hint", ("id_token_hint", foreign["id_token"]), ("post_logout_redirect_uri", Bye));
        await AssertRefusedAsync(
            browser, "web", "id_token_hint", ("id_token_hint", tokens["access_token"]), ("post_logout_redirect_uri", Bye));
        await AssertRefusedAsync(browser, "web", "id_token_hint", ("id_token_hint", tokens["id_token"]), ("client_id", "other"));
        await AssertRefusedAsync(
            browser,
            "web",
            "id_token_hint",
            ("id_token_hint", tokens["id_token"]),
            ("client_id", "other"),
            ("post_logout_redirect_uri", "https://other.test/bye")
        );
        await AssertRefusedAsync(
            browser,
            "web",
            "registered",
            ("id_token_hint", tokens["id_token"]),
            ("post_logout_redirect_uri", "https://other.test/bye")
        );
    }

    [Test, Spec("ASSURANCE", "P1")]
    public async Task P1_Without_a_hint_and_without_a_client_an_address_is_not_even_looked_at()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");

        await AssertRefusedAsync(browser, "web", "id_token_hint", ("post_logout_redirect_uri", Bye), ("state", "s"));
    }

    [Test]
    public async Task An_unknown_or_disabled_client_and_an_API_are_refused()
    {
        var browser = new Browser(Client);
        await Client.SignInAsync(browser, "web");

        foreach (var (clientId, uri) in new[] { ("nobody", Bye), ("closed", "https://closed.test/bye"), ("orders", Bye), ("WEB", Bye) })
            await AssertRefusedAsync(browser, "web", "client", ("client_id", clientId), ("post_logout_redirect_uri", uri));
    }

    [Test]
    public async Task A_state_that_is_too_long_and_a_ticket_that_is_none_are_refused()
    {
        var browser = new Browser(Client);
        var tokens = await Client.SignInAsync(browser, "web");

        await AssertRefusedAsync(
            browser, "web", "state", ("id_token_hint", tokens["id_token"]), ("post_logout_redirect_uri", Bye),
            ("state", new string('x', 8193)));
        await AssertRefusedAsync(browser, "web", "ticket", ("ticket", "CfDJ8"));
    }

    [Test]
    public async Task The_page_names_the_failing_check_and_the_trace_and_in_Development_what_was_meant()
    {
        var browser = new Browser(Client);
        var page = await browser.GetAsync(Logouts.Address(("client_id", "web"), ("post_logout_redirect_uri", "https://web.test/byee")));

        var text = page.Document.Body!.TextContent;
        Assert.That(
            text,
            Does.Contain("'post_logout_redirect_uri' is not registered")
                .And.Contain("nearest one that is registered: https://web.test/bye")
                .And.Match("[0-9a-f]{32}"));
    }

    private static async Task AssertRefusedAsync(Browser browser, string clientId, string check, params (string, string?)[] parameters)
    {
        var page = await browser.GetAsync(Logouts.Address(parameters));

        Assert.That(
            (page.Status, page.Location, page.Answer.Header("Refresh")), Is.EqualTo((400, (string?)null, (string?)null)), page.Answer.Body);
        Assert.That(page.Document.QuerySelectorAll("a[href*='evil'], form, meta[http-equiv=refresh], iframe"), Is.Empty);
        Assert.That(page.Document.Body!.TextContent, Does.Contain(check));
        Assert.That(await browser.IsSignedInAsync(clientId), Is.True, "nobody is logged out");
    }

    private static string Replace(string token, int part, Func<string, string> change)
    {
        var parts = token.Split('.');
        var json = Encoding.UTF8.GetString(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(parts[part]));
        var changed = change(json);
        Assert.That(changed, Is.Not.EqualTo(json));
        parts[part] = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(changed));
        return string.Join('.', parts);
    }
}
