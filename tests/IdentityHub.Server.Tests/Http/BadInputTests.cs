using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>Whatever a body holds, the answer is a clear refusal in the endpoint's own shape, and never a 5xx.</summary>
[Spec("ASSURANCE", "I8")]
[Spec("ASSURANCE", "I9")]
public class BadInputTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [client_credentials, password, refresh_token, "urn:ietf:params:oauth:grant-type:device_code"], client_secrets: [{ value: "plain:app-secret" }], dialects: [oauth-v2] }
        dialects:
          oauth-v2: { enabled: true }
        """;

    private const string Credentials = "client_id=app&client_secret=app-secret&";

    // What is wrong → the whole body.
    private static readonly Dictionary<string, string> Forms = new()
    {
        ["nothing"] = "",
        ["separators only"] = "&&&==&=",
        ["a percent sign alone"] = Credentials + "grant_type=%",
        ["a percent sign with one digit"] = Credentials + "grant_type=%4",
        ["a percent sign with no digits"] = Credentials + "grant_type=%zz",
        ["broken UTF-8"] = Credentials + "grant_type=%ff%fe",
        ["overlong UTF-8"] = Credentials + "grant_type=%c0%80",
        ["a surrogate as UTF-8"] = Credentials + "grant_type=%ed%a0%80",
        ["NUL"] = Credentials + "grant_type=client_credentials%00",
        ["NUL in a name"] = Credentials + "grant_type%00=client_credentials",
        ["a line break"] = Credentials + "grant_type=client_credentials%0d%0aX: y",
        ["a parameter twice"] = Credentials + "grant_type=client_credentials&grant_type=client_credentials",
        ["an empty parameter twice"] = Credentials + "grant_type=client_credentials&scope=&scope=",
        ["a client_id twice"] = Credentials + "client_id=app&grant_type=client_credentials",
        ["a hundred parameters"] = Credentials + string.Join('&', Enumerable.Range(0, 100).Select(i => $"p{i}={i}")),
        ["a value of 20,000 characters"] = Credentials + "grant_type=" + new string('x', 20_000),
        ["another charset"] = Credentials + "grant_type=\u00ff",
        ["JSON"] = """{"grant_type":"client_credentials","client_id":"app","client_secret":"app-secret"}""",
    };

    private static readonly Dictionary<string, string> Documents = new()
    {
        ["nothing"] = "",
        ["blanks"] = " \r\n\t ",
        ["a brace alone"] = "{",
        ["a list"] = "[]",
        ["a string"] = "\"grant_type\"",
        ["a trailing comma"] = """{"grant_type":"client_credentials",}""",
        ["a comment"] = """{/* */"grant_type":"client_credentials"}""",
        ["two objects"] = """{"grant_type":"client_credentials"}{}""",
        ["text behind"] = """{"grant_type":"client_credentials"} x""",
        ["a member twice"] = """{"grant_type":"client_credentials","grant_type":"password"}""",
        ["a number"] = """{"grant_type":1}""",
        ["a flag"] = """{"grant_type":true}""",
        ["an object"] = """{"grant_type":{"a":"b"}}""",
        ["a list of values"] = """{"grant_type":["client_credentials"]}""",
        ["a thousand levels"] = string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000),
        ["a lone high surrogate"] = """{"grant_type":"\ud800"}""",
        ["a lone low surrogate"] = """{"grant_type":"\udc00x"}""",
        ["a lone surrogate in a name"] = """{"\ud800":"x"}""",
        ["NUL as an escape"] = """{"grant_type":"client_credentials\u0000"}""",
        ["an unknown escape"] = """{"grant_type":"\x41"}""",
        ["a value of 9,000 characters"] = $$"""{"grant_type":"{{new string('x', 9000)}}"}""",
        ["a hundred members"] = "{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"p{i}\":\"{i}\"")) + "}",
        ["broken UTF-8"] = "{\"grant_type\":\"\u00ff\u00fe\"}",
    };

    // What users and clients type; each a refusal or a success, never a failure of the server.
    private static readonly string[] Typed =
    [
        "alice%ed%a0%80", "%f0%9f%98%80", "K", "%e2%84%aa", "%c4%b1", "%ef%bd%81lice", "' OR 1=1 --", "\"; DROP TABLE users; --",
        "%25s%25n", "../../etc/passwd", "%e2%80%8b", "%cc%81", new('a', 10_000),
    ];

    private static IEnumerable<string> FormNames => Forms.Keys;

    private static IEnumerable<string> DocumentNames => Documents.Keys;

    [TestCaseSource(nameof(FormNames))]
    public async Task A_form_with_this_fault_is_refused_at_every_endpoint(string fault)
    {
        foreach (var path in new[] { "/connect/token", "/connect/introspect", "/connect/revocation", Devices.Endpoint, "/oauth/v2/token" })
        {
            if ((fault == "JSON" && path == "/oauth/v2/token") || (fault == "NUL in a name" && path == Devices.Endpoint))
                continue;
            var answer = await PostAsync(path, Forms[fault], "application/x-www-form-urlencoded");
            Assert.That(answer.Status, Is.AnyOf(400, 401), $"{path} {answer}");
            AssertWellFormed(answer);
        }
    }

    [TestCaseSource(nameof(DocumentNames))]
    public async Task A_JSON_document_with_this_fault_is_refused(string fault)
    {
        var answer = await PostAsync("/oauth/v2/token", Documents[fault], "application/json");

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")), answer.ToString());
        AssertWellFormed(answer);
    }

    [TestCaseSource(nameof(Typed))]
    public async Task Nothing_that_a_user_types_breaks_the_server(string typed)
    {
        foreach (var body in new[]
                 {
                     $"{Credentials}grant_type=password&username={typed}&password={typed}",
                     $"{Credentials}grant_type=refresh_token&refresh_token={typed}",
                     $"{Credentials}grant_type=client_credentials&scope={typed}",
                     $"{Credentials}grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={typed}",
                     $"{Credentials}grant_type={typed}",
                     $"client_id={typed}&client_secret={typed}&grant_type=client_credentials",
                 })
        {
            var answer = await PostAsync("/connect/token", body, "application/x-www-form-urlencoded");
            Assert.That(answer.Status, Is.AnyOf(400, 401), $"{body} {answer}");
            AssertWellFormed(answer);
        }

        foreach (var body in new[] { $"{Credentials}scope={typed}", $"client_id={typed}", $"client_id={typed}&client_secret={typed}" })
        {
            var answer = await PostAsync(Devices.Endpoint, body, "application/x-www-form-urlencoded");
            Assert.That(answer.Status, Is.AnyOf(400, 401), $"{body} {answer}");
            AssertWellFormed(answer);
        }
    }

    [TestCase("%f0%9f%98%80", Description = "beyond the basic plane, where a cut in the middle makes half a character")]
    public async Task A_user_agent_of_any_length_and_script_is_kept_as_far_as_it_goes(string emoji)
    {
        var agent = Encoding.UTF8.GetBytes(new string('a', 255) + Uri.UnescapeDataString(emoji) + new string('b', 300));
        var body = $"{Credentials}grant_type=password&username=alice&password={TokenRequests.AlicePassword}";
        byte[] request =
        [
            .. "POST /connect/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "u8
                + "application/x-www-form-urlencoded\r\nUser-Agent: "u8,
            .. agent,
            .. Encoding.ASCII.GetBytes($"\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        ];

        Assert.That(await RawHttp.StatusAsync(Hub, request), Is.EqualTo(200));
        await using var context = Hub.NewContext();
        Assert.That(context.Sessions.Select(session => session.UserAgent).ToList(), Has.Some.StartsWith(new string('a', 255)));
    }

    private static void AssertWellFormed(Answer answer)
    {
        Assert.That(answer["error"], Is.Not.Empty, answer.ToString());
        Assert.That(answer["error_description"], Is.Not.Empty);
        Assert.That(answer["trace_id"], Does.Match("^[0-9a-f]{32}$"));
        Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(answer.Body, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
    }

    // Latin-1, so that a character is a byte of the test's choice.
    private Task<Answer> PostAsync(string path, string body, string mediaType) =>
        Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, path).WithBody(Encoding.Latin1.GetBytes(body), mediaType));
}
