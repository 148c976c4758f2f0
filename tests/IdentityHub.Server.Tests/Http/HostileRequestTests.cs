using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>
/// Requests of any bytes, over a socket, to every path: none is answered by a fault of the server. The same requests each time;
/// <c>HUB_FUZZ_CASES</c> asks for another number of them, new ones each time.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Spec("ASSURANCE", "I10")]
public class HostileRequestTests(DatabaseKind kind)
{
    private const int Cases = 600;
    private const ulong Seed = 20261129;

    private static readonly string[] Paths =
    [
        "/", "/connect/authorize", "/connect/token", "/connect/par", "/connect/introspect", "/connect/revocation", "/connect/userinfo",
        "/connect/endsession", "/connect/deviceauthorization",
        "/login", "/login/code", "/logout", "/signup", "/account", "/device", "/consent", "/nowhere", "/docs/openapi.json",
        "/.well-known/openid-configuration", "/.well-known/jwks.json",
        "/health/ready", "/admin/api/dialects", "/admin/api/v1/users", "/admin/api/v1/users/x",
        "/dev/outbox", "/api/token", "/action/token", "/v1/login/password", "/v1/client/signup",
        "/v1/client/login", "/v1/client", "/oauth/v2/token",
        "/otp/send", "/authenticate", "/authenticate/alice", "/session", "/session/x", "/session/x/clone", "/password/reset",
        "/password/reset/x", "/api/v1/test_abc/open/code/X",
        "/api/v1/test_abc/open/account/a/user/b", "/api/v1/test_abc/open/account/a/user/b/referrals",
    ];

    private static readonly string[] Names =
    [
        "client_id", "client_secret", "grant_type", "scope", "redirect_uri", "response_type", "state", "claims", "request", "request_uri",
        "resource", "audience", "token", "assertion",
        "client_assertion", "client_assertion_type", "subject_token", "subject_token_type", "username", "password", "email", "hash",
        "secret", "code", "code_verifier", "refresh_token",
        "device_code", "user_code", "ui_locales", "prompt", "max_age", "id_token_hint", "login_hint", "form_token", "return_to", "lsid",
        "phone", "firstName",
    ];

    private static readonly string[] HeaderNames =
    [
        "Authorization", "Cookie", "Content-Type", "Accept-Language", "Accept", "Origin", "Referer", "X-API-Key", "X-LSID", "If-None-Match",
        "Traceparent", "Content-Encoding", "Host",
        "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "DPoP", "Range", "Transfer-Encoding", "Expect",
        "Access-Control-Request-Method", "Access-Control-Request-Headers",
    ];

    private static readonly Gen<string> Text = Gen.Elements(
            "a",
            "Z",
            "0",
            "-1",
            " ",
            "+",
            "%",
            "%41",
            "%zz",
            "%00",
            "%ff",
            "%c3%a9",
            "&",
            "=",
            ";",
            ",",
            ":",
            "/",
            "\\",
            "\"",
            "'",
            "[",
            "{",
            "}",
            "-",
            "_",
            ".",
            "..",
            "@",
            "#",
            "?",
            "\0",
            "\t",
            "\u007f",
            "\u00e9",
            "\u202e",
            "\ufeff",
            "\ufdfa",
            "\ud83d\ude00",
            "true",
            "null",
            "1e999",
            "99999999999999999999",
            "Basic ",
            "Bearer ",
            "ZGVtby1tYWNoaW5lOmRlbW8tbWFjaGluZS1zZWNyZXQ=",
            "eyJhbGciOiJub25lIn0.e30.",
            "demo-web",
            "demo-spa",
            "demo-web-secret",
            "abc123",
            "456789",
            "alice",
            "Alice-Pass-1234",
            "openid",
            "http://localhost:5090/callback",
            "code",
            "password",
            "client_credentials",
            "authorization_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:request_uri:x",
            "{\"userinfo\":{\"sub\":null}}",
            "00000000-0000-0000-0000-000000000000",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                + "xxxxxxxxxxxx")
        .ListOf()
        .Select(list => string.Concat(list.Take(4)));

    private static readonly Gen<string> Fields = Gen.Zip(Gen.Elements(Names), Text)
        .ListOf()
        .Select(fields => string.Join('&', fields.Select(field => $"{field.Item1}={field.Item2}")));

    private static readonly Gen<string> Bodies = Gen.OneOf(
        Fields,
        Text,
        Gen.Zip(Gen.Elements(Names), Text)
            .ListOf()
            .Select(fields => "{" + string.Join(',', fields.Select(field => $"\"{field.Item1}\":\"{field.Item2}\"")) + "}"),
        Gen.Zip(Gen.Elements(Names), Text).Select(field => $"{{\"{field.Item1}\":{field.Item2}}}"));

    private static readonly Gen<string> Requests =
        from method in Gen.Elements("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", "X")
        from path in Gen.Elements(Paths)
        from more in Gen.Frequency((4, Gen.Constant("")), (1, Text.Select(text => "/" + text)), (1, Text.Select(text => ";lsid=" + text)))
        from query in Gen.Frequency((1, Gen.Constant("")), (2, Fields.Select(fields => "?" + fields)))
        from headers in Gen.Zip(Gen.Elements(HeaderNames), Text)
            .ListOf()
            .Select(list => string.Concat(list.Take(3).Select(header => $"{header.Item1}: {header.Item2}\r\n")))
        from type in Gen.Elements("", "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: application/json\r\n")
        from body in Bodies
        select $"{method} {path}{Line(more)}{Line(query)} HTTP/1.1\r\nHost: hub.test\r\n{headers}{type}Connection: "
            + $"close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private Hub _hub = null!;
    private int _caller;

    [OneTimeSetUp]
    public async Task StartAsync() => _hub = await Hub.StartAsync(
        "", kind, null, ("IdentityHub:ConfigDirectory", SourceTree.PathOf("config")), ("IdentityHub:TrustedProxies", "127.0.0.1, ::1"));

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [Test]
    public void I10_No_request_is_a_fault_of_the_server()
    {
        var more = Environment.GetEnvironmentVariable("HUB_FUZZ_CASES");
        var config = Config.QuickThrowOnFailure;
        config = more is null
            ? config.WithMaxTest(Cases).WithReplay(Seed, 1)
            : config.WithMaxTest(int.Parse(more, CultureInfo.InvariantCulture));
        Check.One(config, Prop.ForAll(Requests.ToArbitrary(), IsAnswered));
    }

    private bool IsAnswered(string request)
    {
        var status = StatusOf(request);
        if (status is < 500 or 501)
            return true;
        var errors = _hub.Logs.Records.Where(record => record.StartsWith("Error", StringComparison.Ordinal)).TakeLast(3);
        throw new AssertionException($"It answers {status}.\n{string.Join('\n', errors)}");
    }

    // A blank in the request line ends the path: it is sent as %20, everything else as it is.
    private static string Line(string text) => text.Replace(" ", "%20", StringComparison.Ordinal);

    // The status of the answer; 0 where the server closed the connection without one, as it may for a line that is no HTTP.
    private int StatusOf(string request)
    {
        // Each from an address of its own, so that no limit keeps a request from being read.
        var caller = Interlocked.Increment(ref _caller);
        var head = request.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        var bytes = Encoding.UTF8.GetBytes(
            request.Insert(head, $"X-Forwarded-For: 10.{(caller >> 16) & 255}.{(caller >> 8) & 255}.{caller & 255}\r\n"));
        using var client = new TcpClient("127.0.0.1", _hub.Client.BaseAddress!.Port) { NoDelay = true };
        using var stream = client.GetStream();
        try
        {
            stream.Write(bytes);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var line = reader.ReadLine();
            reader.ReadToEnd();
            return line is null ? 0 : int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
