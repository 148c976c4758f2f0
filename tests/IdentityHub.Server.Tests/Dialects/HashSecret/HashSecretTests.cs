using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.HashSecret;

[Spec("contracts/hash-secret.md", "POST /api/token")]
public class HashSecretTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Path = "/api/token";
    private const string OlderPath = "/action/token";
    private const string Refused = "API User is not existing or deactivated.";

    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: partner-7, dialects: [hash-secret], hash_alias: some long string value, client_secrets: [{ value: "plain:some string value" }, { value: "plain:the next secret" }], scope: orders.read }
          - { client_id: plain, dialects: [hash-secret], client_secrets: [{ value: "plain:plain-secret" }] }
          - { client_id: short, dialects: [hash-secret], client_secrets: [{ value: "plain:short-secret" }], access_token_lifetime: 5m }
          - { client_id: long, dialects: [hash-secret], client_secrets: [{ value: "plain:long-secret" }], access_token_lifetime: 60m, access_token_format: jwt }
          - { client_id: signed, dialects: [hash-secret], token_endpoint_auth_method: client_secret_post, client_secrets: [{ value: "plain:signed-secret" }], grant_types: ["urn:identityhub:params:oauth:grant-type:hash-secret"] }
          - { client_id: modern, client_secrets: [{ value: "plain:modern-secret" }], hash_alias: modern-hash, grant_types: ["urn:identityhub:params:oauth:grant-type:hash-secret"], scope: orders.read orders.write }
          - { client_id: closed, enabled: false, dialects: [hash-secret], client_secrets: [{ value: "plain:closed-secret" }] }
          - { client_id: expired, dialects: [hash-secret], client_secrets: [{ value: "plain:expired-secret", expires_at: 2026-11-01T00:00:00Z }, { value: "plain:another-secret" }] }
          - { client_id: elsewhere, grant_types: [client_credentials], client_secrets: [{ value: "plain:elsewhere-secret" }] }
        dialects:
          hash-secret: { enabled: true }
        """;

    private static readonly string?[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/json1", "text/plain", null
    ];

    // What is wrong with hash and secret → the same sentence.
    private static readonly Dictionary<string, (string Hash, string Secret)> Strangers = new()
    {
        ["an unknown hash"] = ("nobody", "some string value"),
        ["a wrong secret"] = ("some long string value", "wrong"),
        ["another client's secret"] = ("some long string value", "plain-secret"),
        ["the client_id where there is an alias"] = ("partner-7", "some string value"),
        ["another case"] = ("Some long string value", "some string value"),
        ["a blank more"] = ("some long string value ", "some string value"),
        ["a disabled client"] = ("closed", "closed-secret"),
        ["an expired secret"] = ("expired", "expired-secret"),
        ["a client of other endpoints"] = ("elsewhere", "elsewhere-secret"),
        ["a client that may use the grant, not the endpoint"] = ("modern-hash", "modern-secret"),
        ["an API"] = ("orders", "orders-secret"),
    };

    // What is wrong with the body → what the sentence must name.
    private static readonly Dictionary<string, (string Body, string Named)> Malformed = new()
    {
        ["nothing"] = ("", "JSON"),
        ["a form"] = ("hash=a&secret=b", "JSON"),
        ["a list"] = ("[]", "JSON"),
        ["half an object"] = ("{\"hash\":", "JSON"),
        ["no hash"] = ("""{"secret":"b"}""", "Field 'hash' is required."),
        ["no secret"] = ("""{"hash":"a"}""", "Field 'secret' is required."),
        ["neither"] = ("{}", "Field 'hash' is required."),
        ["a hash that is null"] = ("""{"hash":null,"secret":"b"}""", "Field 'hash' is required."),
        ["an empty secret"] = ("""{"hash":"a","secret":""}""", "Field 'secret' is required."),
        ["a number"] = ("""{"hash":1,"secret":"b"}""", "'hash'"),
        ["a flag"] = ("""{"hash":"a","secret":true}""", "'secret'"),
        ["an object"] = ("""{"hash":{},"secret":"b"}""", "'hash'"),
        ["a list inside"] = ("""{"hash":"a","secret":[]}""", "'secret'"),
        ["a field twice"] = ("""{"hash":"a","hash":"b","secret":"c"}""", "'hash'"),
        ["a lone surrogate"] = ("""{"hash":"\ud800","secret":"b"}""", "Unicode"),
        ["UTF-16"] = ("utf-16", ""),
        ["XML"] = ("<hash>a</hash>", "JSON"),
        ["deep"] = (string.Concat(Enumerable.Repeat("{\"hash\":", 100)) + "1" + new string('}', 100), ""),
        ["NUL"] = ("""{"hash":"a\u0000","secret":"b"}""", "'hash'"),
        ["a value over 8 KiB"] = ($$"""{"hash":"a","secret":"{{new string('x', 8 * 1024 + 1)}}"}""", "'secret'"),
        ["broken UTF-8"] = ("{\"hash\":\"\u00ff\",\"secret\":\"b\"}", ""),
    };

    private static IEnumerable<string> MalformedNames => Malformed.Keys;

    [TestCaseSource(nameof(MediaTypes))]
    public async Task The_example_works_under_every_media_type_and_both_paths(string? mediaType)
    {
        foreach (var path in new[] { Path, OlderPath })
        {
            var answer = await PostAsync(Golden.Read("token.request.json"), mediaType, path);

            Assert.That(
                (answer.Status, answer.Body.Replace(answer["token"]!, "TOKEN", StringComparison.Ordinal)),
                Is.EqualTo((200, Golden.Read("token.answer.json"))), path);
            Assert.That((answer.Header("Content-Type"), answer.Header("Cache-Control")), Is.EqualTo(("application/json", "no-store")));
        }
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_Everybody_else_is_told_the_same_bytes_for_the_same_statements()
    {
        await using var hub = await StartHubAsync();

        // The first failure of anybody, known or not, counts for the address, too.
        foreach (var (hash, _) in Strangers.Values)
            await PostAsync(hub.Client, Body(hash, "the first"));

        var (seen, work) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var (name, (hash, secret)) in Strangers)
        {
            var statements = new ConcurrentQueue<string>();
            hub.BeforeStatement = (statement, _) =>
            {
                // Not what the server does by and by: the audit trail, clean-up, the reading of the configuration.
                if (statement.Contains("counters", StringComparison.Ordinal))
                    statements.Enqueue(statement);
                return Task.CompletedTask;
            };
            var answer = await PostAsync(hub.Client, Body(hash, secret));
            hub.BeforeStatement = null;

            Assert.That((answer.Status, answer.Body), Is.EqualTo((200, Golden.Read("refused.answer.json"))), name);
            Assert.That(answer.Header("WWW-Authenticate"), Is.Null);
            seen[name] = string.Join(
                '\n',
                answer
                    .Headers.Where(header => header.Key is not ("Date" or "RateLimit-Remaining"))
                    .OrderBy(header => header.Key, StringComparer.Ordinal)
                    .Select(header => $"{header.Key}: {header.Value}"));
            work[name] = string.Join('\n', statements);
        }

        Assert.That(seen.Values.Distinct().ToList(), Has.Count.EqualTo(1), string.Join("\n\n", seen));
        Assert.That(work.Values.Distinct().ToList(), Has.Count.EqualTo(1), string.Join("\n\n", work));
    }

    [TestCase("", "x", "empty hash")]
    [TestCase("x", "", "empty secret")]
    [Spec("ASSURANCE", "E4")]
    public async Task E4_What_is_wrong_with_the_input_alone_is_said_alike_whoever_is_named(string hash, string secret, string what)
    {
        var known = await PostAsync(hash.Length == 0 ? "" : "plain", secret);
        var unknown = await PostAsync(hash.Length == 0 ? "" : "nobody", secret);

        Assert.That(known.Body, Is.EqualTo(unknown.Body).And.Not.EqualTo(Golden.Read("refused.answer.json")), what);
    }

    [TestCase("x")]
    [TestCase("\u00fc\u00f1\u00ef")]
    [TestCase("' OR 1=1 --")]
    [TestCase("8 KiB")]
    [Spec("ASSURANCE", "E4")]
    public async Task E4_Any_secret_is_refused_in_the_same_words_whoever_is_named(string secret)
    {
        var given = secret == "8 KiB" ? new string('x', 8 * 1024) : secret;
        foreach (var hash in new[] { "signed", "nobody", "closed", given })
            Assert.That((await PostAsync(hash, given)).Body, Is.EqualTo(Golden.Read("refused.answer.json")), hash);
    }

    [TestCaseSource(nameof(MalformedNames)), Spec("contracts/README.md", "3"), Spec("ASSURANCE", "I8")]
    public async Task A_body_like_this_is_answered_with_one_sentence_that_names_the_field(string name)
    {
        var (body, named) = Malformed[name];
        var bytes = name switch
        {
            "broken UTF-8" => Encoding.Latin1.GetBytes(body),
            "UTF-16" => Encoding.Unicode.GetBytes("""{"hash":"a","secret":"b"}"""),
            _ => Encoding.UTF8.GetBytes(body),
        };
        var answer = await PostAsync(bytes, name == "XML" ? "text/xml" : "application/json", Path);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(["error"]));
        Assert.That(answer["error"], Does.Contain(named).And.Not.EqualTo(Refused));
    }

    [TestCase("{}", "missing-hash.answer.json")]
    [TestCase("""{"hash":"a"}""", "missing-secret.answer.json")]
    public async Task A_missing_field_is_named_in_the_bytes_of_the_contract(string body, string golden) =>
        Assert.That((await PostAsync(body)).Body, Is.EqualTo(Golden.Read(golden)));

    [Test, Spec("ASSURANCE", "I7")]
    public async Task I7_Unknown_fields_are_passed_over_and_no_scope_or_role_can_be_asked_for()
    {
        var answer = await PostAsync("""{"hash":"plain","secret":"plain-secret","role":"admin","scope":"orders.write"}""");

        Assert.That(answer["token"], Is.Not.Null);
        Assert.That(
            (await Client.IntrospectAsync("orders", answer["token"]))["active"], Is.EqualTo("false"), "a scope cannot be asked for here");
    }

    [Test]
    public async Task What_HTTP_has_a_word_for_keeps_its_status_in_the_shape_of_the_endpoint()
    {
        var verb = await Client.GetAnswerAsync(Path);
        var below = await PostAsync("{}", "application/json", Path + "/more");
        var tooLong = await PostAsync("""{"hash":"a","secret":"b","x":" """ + new string('x', 64 * 1024) + "\"}");

        Assert.That((verb.Status, verb.Header("Allow")), Is.EqualTo((405, "POST")));
        Assert.That((below.Status, tooLong.Status), Is.EqualTo((404, 413)));
        foreach (var answer in new[] { verb, below, tooLong })
            Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(["error"]), answer.Body);
    }

    [TestCase("plain", 15)]
    [TestCase("short", 5)]
    [TestCase("long", 60)]
    public async Task The_token_lives_as_long_as_it_says_in_UTC(string clientId, int minutes)
    {
        await using var hub = await StartHubAsync();
        var answer = await PostAsync(hub.Client, Body(clientId, $"{clientId}-secret"));
        var ends = DateTimeOffset.ParseExact(
            answer["expired"]!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        Assert.That(ends - hub.Time.GetUtcNow(), Is.EqualTo(TimeSpan.FromMinutes(minutes)));
        hub.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        Assert.That(await hub.Client.IsActiveAsync(clientId, answer["token"]), Is.True);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await hub.Client.IsActiveAsync(clientId, answer["token"]), Is.False);
    }

    [Test]
    public async Task The_token_is_an_ordinary_one_of_the_hub()
    {
        var token = (await PostAsync("some long string value", "the next secret"))["token"];
        Assert.That(token, Does.StartWith("iha_"), "opaque unless the client asks for something else");

        var seen = await Client.IntrospectAsync("orders", token);
        Assert.That((seen["active"], seen["client_id"], seen["scope"]), Is.EqualTo(("true", "partner-7", "orders.read")));
        Assert.That(
            (await Client.PostFormAsync(
                    "/connect/revocation", ("client_id", "partner-7"), ("client_secret", "some string value"), ("token", token!))
            ).Status,
            Is.EqualTo(200));
        Assert.That((await Client.IntrospectAsync("orders", token))["active"], Is.EqualTo("false"), "revoking it works at once");
        Assert.That((await PostAsync("long", "long-secret"))["token"], Does.StartWith("eyJ"));
    }

    [Test]
    public async Task The_extension_grant_gives_the_same_in_OAuth_form()
    {
        var answer = await GrantAsync(("hash", "modern-hash"), ("secret", "modern-secret"), ("scope", "orders.read"));

        Assert.Multiple(() =>
        {
            Assert.That(
                (answer.Status, answer["token_type"], answer["expires_in"], answer["scope"]),
                Is.EqualTo((200, "Bearer", "900", "orders.read")));
            Assert.That(answer["access_token"], Does.StartWith("iha_"));
        });
    }

    [TestCase(401, "invalid_client", "hash", "modern-hash", "secret", "wrong")]
    [TestCase(401, "invalid_client", "hash", "nobody", "secret", "modern-secret")]
    [TestCase(401, "invalid_client", "hash", "modern", "secret", "modern-secret")]
    [TestCase(400, "unauthorized_client", "hash", "plain", "secret", "plain-secret")]
    [TestCase(400, "invalid_request", "hash", "modern-hash", "x", "y")]
    [TestCase(400, "invalid_request", "secret", "modern-secret", "x", "y")]
    [TestCase(400, "invalid_request", "hash", "modern-hash", "client_id", "modern")]
    [TestCase(400, "invalid_scope", "hash", "modern-hash", "scope", "stock.read", "secret", "modern-secret")]
    public async Task The_extension_grant_refuses_as_OAuth_does(int status, string error, params string[] pairs)
    {
        var answer = await GrantAsync([.. pairs.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((status, error)), answer.Body);
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_Guesses_at_a_secret_are_counted_and_the_right_one_is_refused_in_the_same_words()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 5; i++)
            Assert.That((await PostAsync(hub.Client, Body("plain", $"guess-{i}")))["error"], Is.EqualTo(Refused));

        Assert.That((await PostAsync(hub.Client, Body("plain", "plain-secret"))).Body, Is.EqualTo(Golden.Read("refused.answer.json")));
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await PostAsync(hub.Client, Body("plain", "plain-secret")))["token"], Is.Not.Null);
    }

    [Test, Spec("ASSURANCE", "B4")]
    public async Task An_address_that_fails_too_many_is_answered_429_in_the_shape_of_the_endpoint()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 100; i++)
            await PostAsync(hub.Client, Body($"nobody-{i}", "guess"));
        var answer = await PostAsync(hub.Client, Body("one-more", "guess"));

        Assert.That((answer.Status, answer.Json.EnumerateObject().Count()), Is.EqualTo((429, 1)));
        Assert.That(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.InRange(1, 600));
    }

    [TestCase("hash-secret: { enabled: false }")]
    [TestCase("oauth-v2: { enabled: true }")]
    public async Task Off_it_is_as_if_the_path_did_not_exist(string dialects)
    {
        var config = Config[..Config.IndexOf("clients:", StringComparison.Ordinal)] + $"dialects:\n  {dialects}\n";
        await using var hub = await Hub.StartAsync(config, Kind);

        foreach (var path in new[] { Path, OlderPath, Path + "/more" })
        {
            var off = await PostAsync(hub.Client, Body("plain", "plain-secret"), path);
            var nothing = await PostAsync(hub.Client, "{}", "/no/such/path");
            Assert.That((off.Status, off.Body), Is.EqualTo((nothing.Status, nothing.Body)), path);
        }
    }

    private static string Body(string hash, string secret) => $$"""{"hash":"{{hash}}","secret":"{{secret}}"}""";

    private Task<Answer> GrantAsync(params (string Name, string Value)[] parameters) =>
        Client.TokenAsync([("grant_type", "urn:identityhub:params:oauth:grant-type:hash-secret"), .. parameters]);

    private Task<Answer> PostAsync(string hash, string secret) => PostAsync(Client, Body(hash, secret));

    private Task<Answer> PostAsync(string body, string? mediaType, string path) => PostAsync(Encoding.UTF8.GetBytes(body), mediaType, path);

    private Task<Answer> PostAsync(string body) => PostAsync(Client, body);

    private static Task<Answer> PostAsync(HttpClient client, string body, string path = Path) =>
        PostAsync(client, Encoding.UTF8.GetBytes(body), "application/json", path);

    private Task<Answer> PostAsync(byte[] body, string? mediaType, string path) => PostAsync(Client, body, mediaType, path);

    private static Task<Answer> PostAsync(HttpClient client, byte[] body, string? mediaType, string path) =>
        client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, path).WithBody(body, mediaType));
}
