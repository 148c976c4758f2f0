using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>
/// Applications in a browser: from the origins that their clients name, at the endpoints that are made for them, without cookies.
/// </summary>
[Spec("ASSURANCE", "P4")]
public class CrossOriginTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Registered = "https://spa.test";

    [TestCase("/connect/token")]
    [TestCase("/connect/revocation")]
    [TestCase("/connect/userinfo")]
    [TestCase("/connect/par")]
    public async Task An_origin_that_a_client_names_may_read_the_answer_and_no_other(string path)
    {
        Assert.That((await AskAsync(HttpMethod.Post, path, Registered)).Header("Access-Control-Allow-Origin"), Is.EqualTo(Registered));
        foreach (var origin in new[]
            {
                "https://evil.test",
                "https://spa.test.evil.test",
                "https://spa.test:8443",
                "http://spa.test",
                "null",
                "https://SPA.test/",
            })
            Assert.That((await AskAsync(HttpMethod.Post, path, origin)).Header("Access-Control-Allow-Origin"), Is.Null, origin);
        Assert.That((await AskAsync(HttpMethod.Post, path, Registered)).Header("Access-Control-Allow-Credentials"), Is.Null);
    }

    [Test]
    public async Task A_preflight_allows_every_header_that_is_asked_for_and_no_other_verb()
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/connect/token");
        request.Headers.Add("Origin", Registered);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add(
            "Access-Control-Request-Headers",
            "authorization,content-type,traceparent,sentry-trace,x-okta-user-agent-extended,mcp-protocol-version");
        var answer = await Client.AnswerAsync(request);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(204));
            Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.EqualTo(Registered));
            Assert.That(answer.Header("Access-Control-Allow-Methods"), Does.Contain("POST").And.Not.Contain("DELETE"));
            Assert.That(
                answer.Header("Access-Control-Allow-Headers"),
                Is.EqualTo("authorization,content-type,traceparent,sentry-trace,x-okta-user-agent-extended,mcp-protocol-version"));
        });
    }

    [Test, Spec("ASSURANCE", "L10")]
    public async Task L10_A_preflight_that_asks_for_kilobytes_of_headers_gets_a_short_answer()
    {
        foreach (var path in new[] { "/connect/token", "/.well-known/openid-configuration" })
        {
            var request = new HttpRequestMessage(HttpMethod.Options, path);
            request.Headers.Add("Origin", Registered);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", string.Join(',', Enumerable.Range(0, 900).Select(i => $"x-header-{i}")));
            var answer = await Client.AnswerAsync(request);

            Assert.That((answer.Status, answer.HeaderLength < 4_096), Is.EqualTo((204, true)), path);
        }
    }

    [TestCase("/.well-known/openid-configuration")]
    [TestCase("/.well-known/oauth-authorization-server")]
    [TestCase("/.well-known/openid-configuration/jwks")]
    public async Task What_is_for_everybody_is_read_from_every_origin_with_every_header(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "https://anywhere.test");
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "mcp-protocol-version,authorization");
        var answer = await Client.AnswerAsync(request);
        var bare = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Options, path));
        var read = await AskAsync(HttpMethod.Get, path, "https://anywhere.test");

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Header("Access-Control-Allow-Origin")), Is.EqualTo((204, "*")));
            Assert.That(answer.Header("Access-Control-Allow-Headers"), Is.EqualTo("mcp-protocol-version,authorization"));
            Assert.That((bare.Status, bare.Header("Access-Control-Allow-Origin")), Is.EqualTo((204, "*")));
            Assert.That((read.Status, read.Header("Access-Control-Allow-Origin")), Is.EqualTo((200, "*")));
        });
    }

    [TestCase("/connect/authorize")]
    [TestCase("/connect/introspect")]
    [TestCase("/login")]
    [TestCase("/oauth/v2/token")]
    public async Task Elsewhere_no_origin_may(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Options })
            Assert.That((await AskAsync(method, path, Registered)).Header("Access-Control-Allow-Origin"), Is.Null, method.Method);
    }

    private async Task<Answer> AskAsync(HttpMethod method, string path, string origin)
    {
        var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
            request.WithForm(("client_id", "spa"));
        request.Headers.Add("Origin", origin);
        return await Client.AnswerAsync(request);
    }
}
