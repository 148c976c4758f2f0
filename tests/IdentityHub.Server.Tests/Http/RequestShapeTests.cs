using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>Verbs, media types and sizes.</summary>
public class RequestShapeTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.People +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], dialects: [oauth-v2] }
        dialects:
          oauth-v2: { enabled: true }
        """;

    [TestCase("GET", "/connect/token", "POST")]
    [TestCase("PUT", "/connect/token", "POST")]
    [TestCase("get", "/connect/token", "POST")]
    [TestCase("BREW", "/connect/token", "POST")]
    [TestCase("GET", "/connect/introspect", "POST")]
    [TestCase("DELETE", "/connect/revocation", "POST")]
    [TestCase("PUT", "/connect/userinfo", "GET, POST")]
    [TestCase("POST", "/.well-known/openid-configuration", "GET, HEAD, OPTIONS")]
    [TestCase("POST", "/.well-known/openid-configuration/jwks", "GET, HEAD, OPTIONS")]
    [TestCase("GET", "/oauth/v2/token", "POST")]
    [Spec("RFC 9110", "15.5.6")]
    public async Task A_wrong_verb_is_told_which_is_right(string verb, string path, string allowed)
    {
        var answer = await Client.AnswerAsync(new HttpRequestMessage(new HttpMethod(verb), path));

        Assert.That(
            (answer.Status, answer.Header("Allow"), answer["error"]), Is.EqualTo((405, allowed, "invalid_request")), answer.ToString());
    }

    [TestCase("/connect")]
    [TestCase("/connect/tokens")]
    [TestCase("/connect/authorize")]
    [TestCase("/.well-known")]
    [TestCase("/oauth/v3/token")]
    [TestCase("/%00")]
    [TestCase("/connect/../../etc/passwd")]
    public async Task A_path_that_nobody_answers_is_not_found(string path)
    {
        var answer = await Client.GetAnswerAsync(path);

        Assert.That(answer.Status, Is.AnyOf(400, 404), answer.ToString());
    }

    [TestCase("application/json")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencodedx")]
    [TestCase("nonsense")]
    [TestCase(null)]
    public async Task A_form_comes_as_a_form(string? mediaType)
    {
        foreach (var path in new[] { "/connect/token", "/connect/introspect", "/connect/revocation" })
        {
            var answer = await Client.AnswerAsync(
                Post(path, "grant_type=client_credentials&client_id=machine&client_secret=machine-secret"u8.ToArray(), mediaType));
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((415, "invalid_request")), answer.ToString());
        }
    }

    [TestCase("application/x-www-form-urlencoded; charset=UTF-8")]
    [TestCase("Application/X-WWW-Form-Urlencoded")]
    public async Task A_form_may_say_its_charset(string mediaType)
    {
        var answer = await Client.AnswerAsync(
            Post("/connect/token", "grant_type=client_credentials&client_id=machine&client_secret=machine-secret"u8.ToArray(), mediaType));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase("/connect/token")]
    [TestCase("/connect/introspect")]
    [TestCase("/connect/revocation")]
    [TestCase("/connect/userinfo")]
    [TestCase("/oauth/v2/token")]
    public async Task A_body_of_a_megabyte_is_too_long_whether_its_length_is_told_or_not(string path)
    {
        foreach (var chunked in new[] { false, true })
        {
            var request = Post(path, Encoding.ASCII.GetBytes("a=" + new string('x', 1024 * 1024)), "application/x-www-form-urlencoded");
            request.Headers.TransferEncodingChunked = chunked;
            var answer = await Client.AnswerAsync(request);
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((413, "invalid_request")), answer.ToString());
        }
    }

    [TestCase(64 * 1024, 400)]
    [TestCase((64 * 1024) + 1, 413)]
    public async Task The_longest_body_is_64_KiB(int length, int status)
    {
        var answer = await Client.AnswerAsync(
            Post("/connect/token", Encoding.ASCII.GetBytes("a=" + new string('x', length - 2)), "application/x-www-form-urlencoded"));

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
    }

    [TestCase("GET /connect/token HTTP/1.1\r\nHost: a\r\nX: {0}\r\nConnection: close\r\n\r\n", 431, Description = "a huge header")]
    [TestCase("GET /{0} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 414, Description = "a huge path")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400, Description = "two hosts")]
    [TestCase("POST /connect/token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabcde", 400)]
    [TestCase(
        "POST /connect/token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\nContent-Type: "
            + "application/x-www-form-urlencoded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        400)]
    [TestCase("nonsense\r\n\r\n", 400)]
    public async Task A_request_that_no_client_library_sends_is_refused(string request, int status) =>
        Assert.That(
            await RawHttp.StatusAsync(
                Hub, Encoding.Latin1.GetBytes(request.Replace("{0}", new string('x', 40_000), StringComparison.Ordinal))),
            Is.EqualTo(status));

    [TestCase("gzip", 415)]
    [TestCase("br", 415)]
    [TestCase("identity", 401)]
    [Spec("RFC 9110", "15.5.16")]
    public async Task A_compressed_body_is_refused_with_what_would_be_taken(string encoding, int status)
    {
        var request = Post(
            "/connect/token", Encoding.ASCII.GetBytes("grant_type=client_credentials&client_id=nobody"),
            "application/x-www-form-urlencoded");
        request.Content!.Headers.ContentEncoding.Add(encoding);
        var answer = await Client.AnswerAsync(request);

        Assert.That(
            (answer.Status, answer.Header("Accept-Encoding")), Is.EqualTo((status, status == 415 ? "identity" : null)), answer.Body);
    }

    private static HttpRequestMessage Post(string path, byte[] body, string? mediaType) =>
        new HttpRequestMessage(HttpMethod.Post, path).WithBody(body, mediaType);
}
