using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.AuthorizationCode;

[Spec("RFC 6749", "4.1.2.1")]
public class AuthorizationRefusalTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    // What is wrong → the error that the client is told.
    private static readonly Dictionary<string, (string Error, (string, string?)[] Given)> Told = new()
    {
        ["no response_type"] = ("invalid_request", [("response_type", null)]),
        ["the implicit flow"] = ("unsupported_response_type", [("response_type", "token")]),
        ["the hybrid flow"] = ("unsupported_response_type", [("response_type", "code id_token")]),
        ["an unknown response_mode"] = ("invalid_request", [("response_mode", "web_message")]),
        ["a scope of others"] = ("invalid_scope", [("scope", "openid stock.read")]),
        ["a malformed scope"] = ("invalid_scope", [("scope", "openid \"")]),
        ["an unknown prompt"] = ("invalid_request", [("prompt", "sometimes")]),
        ["none beside another prompt"] = ("invalid_request", [("prompt", "none login")]),
        ["a negative max_age"] = ("invalid_request", [("max_age", "-1")]),
        ["a max_age that is no number"] = ("invalid_request", [("max_age", "soon")]),
        ["claims that are no JSON"] = ("invalid_request", [("claims", "{")]),
        ["claims that are a list"] = ("invalid_request", [("claims", "[]")]),
        ["an acr that nobody reaches"] = (
            "unmet_authentication_requirements", [("claims", """{"id_token":{"acr":{"essential":true,"values":["urn:nowhere:gold"]}}}""")]),
        ["a hint that is no id_token"] = ("invalid_request", [("id_token_hint", "abc")]),
        ["a registration"] = ("registration_not_supported", [("registration", "{}")]),
        ["a request_uri of others"] = ("request_uri_not_supported", [("request_uri", "https://web.test/request.jwt")]),
        ["a request_uri that was never issued"] = ("invalid_request_uri", [("request_uri", "urn:ietf:params:oauth:request_uri:abc")]),
        ["request and request_uri"] = ("invalid_request", [("request_uri", "urn:ietf:params:oauth:request_uri:abc"), ("request", "x")]),
        ["a request object of a client without keys"] = ("invalid_request_object", [("request", "e30.e30.e30")]),
        ["a state that is too long"] = ("invalid_request", [("state", new string('s', 8193))]),
        ["a nonce that is too long"] = ("invalid_request", [("nonce", new string('n', 1025))]),
        ["nobody signed in"] = ("login_required", [("prompt", "none")]),
    };

    private static readonly Dictionary<string, (string, string?)[]> Shown = new()
    {
        ["no client_id"] = [("client_id", null)],
        ["an unknown client"] = [("client_id", "nobody")],
        ["an API"] = [("client_id", "orders")],
        ["a disabled client"] = [("client_id", "closed"), ("redirect_uri", "https://closed.test/cb")],
    };

    private static IEnumerable<string> ToldNames => Told.Keys;

    private static IEnumerable<string> ShownNames => Shown.Keys;

    [TestCaseSource(nameof(ToldNames)), Spec("RFC 9207", "2")]
    public async Task The_client_is_told_with_its_state_and_the_issuer(string name)
    {
        var (error, given) = Told[name];
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("web", given));

        Assert.Multiple(() =>
        {
            Assert.That(
                page.Location,
                Does.StartWith(
                    name is "the implicit flow" or "the hybrid flow" ? "https://web.test/cb#error=" : "https://web.test/cb?error="
                ));
            Assert.That(
                (page.Sent("error"), page.Sent("iss"), page.Sent("code")), Is.EqualTo((error, Installation.Issuer, (string?)null)),
                page.Location);
            Assert.That(page.Sent("error_description"), Is.Not.Empty.And.Match(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]*$"));
            Assert.That(page.Sent("trace_id"), Has.Length.EqualTo(32));
            Assert.That(page.Sent("state"), Is.EqualTo(name == "a state that is too long" ? new string('s', 8193) : "some-state"));
        });
    }

    [TestCaseSource(nameof(ShownNames))]
    public async Task The_user_is_shown_a_page_that_names_the_check_and_the_trace_id(string name)
    {
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("web", Shown[name]));

        Assert.Multiple(() =>
        {
            Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)));
            Assert.That(page.Answer.Header("Content-Type"), Does.StartWith("text/html"));
            Assert.That(page.Document.Body!.TextContent, Does.Match("client").And.Match("[0-9a-f]{32}"));
            Assert.That(page.Answer.Header("Content-Security-Policy"), Does.Contain("frame-ancestors 'none'"));
        });
    }

    [Test]
    public async Task The_trace_id_of_the_page_leads_to_the_audit_row()
    {
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("web", ("redirect_uri", "https://evil.test/cb")));
        var trace = page
            .Document.All.Select(element => element.TextContent.Trim())
            .Select(text => Guid.TryParseExact(text, "N", out var id) ? id : Guid.Empty)
            .First(id => id != Guid.Empty);

        var rows = await Eventually.GetAsync(
            async () =>
            {
                await using var context = Hub.NewContext();
                return context.AuditEvents.Where(audit => audit.TraceId == trace).ToList();
            },
            rows => rows.Count > 0);
        Assert.That(
            rows.Select(row => (row.Endpoint, row.ClientId, row.Reason)),
            Is.EqualTo([("connect/authorize", "web", "redirect_uri_mismatch")]));
    }

    [Test]
    public async Task A_client_without_the_grant_is_told_so()
    {
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("machine", ("scope", "orders.read")));

        Assert.That(page.Location, Does.StartWith("https://machine.test/cb?error=unauthorized_client"));
    }

    [Test, Spec("ASSURANCE", "P4")]
    public async Task P4_A_repeated_parameter_is_a_page()
    {
        foreach (var repeated in new[] { "client_id=web", "scope=openid", "state=x", "prompt=none", "claims=" })
        {
            var page = await new Browser(Client).GetOnceAsync(
                $"{CodeFlow.Address("web", ("prompt", "login"), ("claims", "{}"))}&{repeated}");
            Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)), repeated);
        }
    }

    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("HEAD")]
    [Spec("ASSURANCE", "P4")]
    public async Task P4_Another_verb_is_405(string verb)
    {
        var answer = await Client.AnswerAsync(new HttpRequestMessage(new HttpMethod(verb), CodeFlow.Address("web")));

        Assert.That((answer.Status, answer.Header("Allow")), Is.EqualTo((405, "GET, POST")));
    }

    [Test, Spec("ASSURANCE", "P4")]
    public async Task P4_No_other_origin_may_read_the_answer()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, CodeFlow.Address("spa"));
        request.Headers.Add("Origin", "https://spa.test");

        Assert.That((await Client.AnswerAsync(request)).Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test, Spec("RFC 9700", "4.12"), Spec("ASSURANCE", "P4")]
    public async Task P4_After_a_POST_the_redirect_is_303()
    {
        var browser = new Browser(Client);
        await browser.AuthorizeAsync("web");
        var posted = await browser.PostAsync(CodeFlow.Path, CodeFlow.Request("web"));
        var got = await browser.GetOnceAsync(CodeFlow.Address("web"));

        Assert.That((posted.Status, got.Status), Is.EqualTo((303, 302)));
        Assert.That(posted.Location, Does.StartWith("https://web.test/cb?code="));
    }
}
