using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Protocol.Jose;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

/// <summary>What a customer-signed token is accepted for, and what is refused: every way of forging one, at every call.</summary>
[Spec("ASSURANCE", "C3")]
[Spec("contracts/open-endpoints.md", "JWT")]
public class CustomerTokenTests(DatabaseKind kind) : HubFixture(kind, Tenants.Config)
{
    private static readonly (HttpMethod Method, string Path, bool Writes)[] Calls =
    [
        (HttpMethod.Get, Tenants.UserPath("ann"), false),
        (HttpMethod.Post, Tenants.UserPath("ann"), true),
        (HttpMethod.Put, Tenants.UserPath("ann"), true),
        (HttpMethod.Post, Tenants.ApplyPath("BOBTESTERSON", "ann"), true),
        (HttpMethod.Get, $"{Tenants.Root}/referrals", false),
    ];

    [OneTimeSetUp]
    public async Task MakeUsersAsync()
    {
        await Client.TenantUserAsync("bob");
        await Client.TenantUserAsync("ann");
        await Client.TenantUserAsync("ann", key: Tenants.OtherKey, tenant: "other");
        await Client.TenantUserAsync("ann", key: Tenants.StrictKey, tenant: "strict");
    }

    [Test]
    public async Task C3_A_token_of_another_tenant_is_refused_at_every_call_and_the_own_one_is_not()
    {
        foreach (var call in Calls)
        {
            Assert.That(
                (await CallAsync(call, Hub.WriteToken("ann", key: Tenants.OtherKey))).Refusal(), Is.EqualTo((401, "UNAUTHORIZED")),
                call.ToString());
            Assert.That((await CallAsync(call, Hub.WriteToken("ann"))).Status, Is.EqualTo(call == Calls[1] ? 409 : 200), call.ToString());
        }

        Assert.That(
            (await Client.OpenWithTokenAsync(HttpMethod.Get, "/api/v1/other/open/account/acc-1/user/ann", Hub.WriteToken("ann"))).Status,
            Is.EqualTo(401), "the other way round");
    }

    [Test]
    public async Task C3_A_read_token_reads_and_never_writes()
    {
        foreach (var call in Calls)
        {
            var answer = await CallAsync(call, Hub.ReadToken("ann"));
            Assert.That(
                (answer.Status, answer["apiErrorCode"]), call.Writes ? Is.EqualTo((403, "FORBIDDEN")) : Is.EqualTo((200, (string?)null)),
                call.ToString());
        }

        // Half of a write token is none.
        foreach (var half in new[]
            {
                "\"email\":\"a@b.test\"", "\"firstName\":\"Ann\"", """ "email":"a@b.test","firstName":"" """,
                """ "email":"a@b.test","firstName":null""", """ "email":1,"firstName":"Ann" """,
            })
        {
            var token = Tenants.Sign("{\"user\":{\"id\":\"ann\",\"accountId\":\"acc-1\"," + half + "}}");
            Assert.That((await CallAsync(Calls[2], token)).Refusal(), Is.EqualTo((403, "FORBIDDEN")), half);
        }
    }

    [Test]
    public async Task C3_A_token_speaks_for_its_own_user_only()
    {
        foreach (var call in Calls[..4])
        {
            foreach (
                var token in new[] { Hub.WriteToken("bob"), Hub.WriteToken("ann", "acc-2"), Hub.WriteToken("ANN"), Hub.WriteToken("ann ") })
                Assert.That((await CallAsync(call, token)).Refusal(), Is.EqualTo((403, "FORBIDDEN")), call.ToString());
            Assert.That((await CallAsync(call, Hub.WriteToken(""))).Refusal(), Is.EqualTo((401, "UNAUTHORIZED")), call.ToString());
        }

        foreach (var query in new[] { "referringUserId=bob", "referringAccountId=acc-2", "referringUserId=ann&referringAccountId=acc-2" })
            Assert.That(
                (await Client.OpenWithTokenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals?{query}", Hub.ReadToken("ann"))).Refusal(),
                Is.EqualTo((403, "FORBIDDEN")), query);
        Assert.That(
            (await Client.OpenWithTokenAsync(
                    HttpMethod.Get, $"{Tenants.Root}/referrals?referringUserId=ann&referringAccountId=acc-1", Hub.ReadToken("ann"))
            ).Status,
            Is.EqualTo(200));
    }

    [Test]
    public async Task C1_C2_C3_A_header_that_names_another_algorithm_or_brings_a_key_is_never_followed()
    {
        var payload = $$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromMinutes(5))}}}""";
        var good = Tenants.Sign(payload);
        using var ec = JwtSigner.Create(JwsAlgorithms.ES256);
        using var rsa = JwtSigner.Create(JwsAlgorithms.RS256);
        var parts = good.Split('.');
        string Headed(string header) => Tenants.Sign(payload, header: header);

        string[] refused =
        [
            Headed("""{"alg":"none"}"""), Headed("""{"alg":"NONE"}"""), Headed("""{"alg":"hs256"}"""), Headed("""{"alg":"HS384"}"""),
            Headed("""{"alg":"HS512"}"""), Headed("""{"alg":"RS256"}"""), Headed("""{"alg":"ES256"}"""),
            Headed("""{"alg":["HS256"]}"""), Headed("""{"typ":"JWT"}"""), Headed("""{"alg":"HS256","crit":["exp"]}"""),
            Headed("""{"alg":"HS256","enc":"A128GCM"}"""), Headed("""{"alg":"HS256","zip":"DEF"}"""),
            Headed("""{"alg":"HS256","b64":false}"""),
            $"{Tenants.Encode("""{"alg":"none"}"""u8)}.{parts[1]}.", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{good}.a.b",
            good + "A", good[..^1], "a.b.c", "", " ", new string('a', 20_000),
            $"{parts[0]}.{parts[1]}.{Tenants.Encode(new byte[32])}",
            $"{parts[0]}.{parts[1]}."
                + $"{Tenants.Encode(HMACSHA256.HashData(Array.Empty<byte>(), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")))}",
            $"{parts[0]}.{Tenants.Encode(Encoding.UTF8.GetBytes(payload.Replace("ann", "bob", StringComparison.Ordinal)))}.{parts[2]}",
            ec.CreateJwt("JWT", Encoding.UTF8.GetBytes(payload)), rsa.CreateJwt("JWT", Encoding.UTF8.GetBytes(payload)),
            Tenants.Sign(payload, key: JsonSerializer.Serialize(ec.Kid)),
        ];
        foreach (var token in refused)
            Assert.That((await CallAsync(Calls[0], token)).Status, Is.EqualTo(401), token[..Math.Min(token.Length, 120)]);

        // Harmless: kid is a name, and nothing is fetched, opened or believed.
        foreach (var header in new[]
                 {
                     """{"alg":"HS256","kid":"../../../../dev/null"}""",
                     """{"alg":"HS256","kid":"' OR 1=1 --"}""",
                     """{"alg":"HS256","jku":"http://127.0.0.1:1/jwks"}""",
                     """{"alg":"HS256","x5u":"http://127.0.0.1:1/x"}""", """{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""",
                 })
        {
            Assert.That((await CallAsync(Calls[0], Headed(header))).Status, Is.EqualTo(200), header);
            Assert.That((await CallAsync(Calls[0], Tenants.Sign(payload, "AAAA", header))).Status, Is.EqualTo(401), header);
        }
    }

    [Test]
    public async Task C3_C5_A_token_counts_in_its_time_only()
    {
        (string Times, int Status)[] cases =
        [
            ("", 200), ($"\"exp\":{Hub.In(TimeSpan.FromMinutes(1))}", 200), ($"\"exp\":{Hub.In(TimeSpan.FromSeconds(-10))}", 200),
            ($"\"exp\":{Hub.In(TimeSpan.FromSeconds(-60))}", 401),
            ($"\"exp\":{Hub.In(TimeSpan.FromDays(3650))}", 200), ($"\"exp\":\"{Hub.In(TimeSpan.FromMinutes(1))}\"", 401),
            ("\"exp\":null", 401), ("\"exp\":1e300", 401), ("\"exp\":0", 401),
            ($"\"nbf\":{Hub.In(TimeSpan.FromSeconds(10))}", 200), ($"\"nbf\":{Hub.In(TimeSpan.FromSeconds(60))}", 401),
            ($"\"iat\":{Hub.In(TimeSpan.FromSeconds(60))}", 401), ("\"nbf\":\"x\"", 401),
            ("\"iat\":\"x\"", 401), ($"\"iat\":{Hub.Time.GetUtcNow().ToUnixTimeMilliseconds()}", 401), ("\"auth_time\":\"x\"", 200),
            ($"\"iat\":-62135596800,\"jti\":\"{Guid.NewGuid():N}\",\"exp\":{Hub.In(TimeSpan.FromMinutes(1))}", 200),
            ($"\"aud\":\"{Installation.Issuer}\"", 200),
            ($"\"aud\":[\"x\",\"{Installation.Issuer}/connect/token\"]", 200),
            ("\"aud\":\"https://elsewhere.test\"", 401),
            ("\"aud\":[]", 401),
        ];
        foreach (var (times, status) in cases)
        {
            var token = Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"}{{(times.Length == 0 ? "" : "," + times)}}}""");
            Assert.That((await CallAsync(Calls[0], token)).Status, Is.EqualTo(status), times);
        }

        // A tenant may insist on an end.
        const string strict = "/api/v1/strict/open/account/acc-1/user/ann";
        Assert.That(
            (await Client.OpenWithTokenAsync(
                    HttpMethod.Get, strict, Tenants.Sign("""{"user":{"id":"ann","accountId":"acc-1"}}""", Tenants.StrictKey))
            ).Status,
            Is.EqualTo(401));
        Assert.That(
            (await Client.OpenWithTokenAsync(HttpMethod.Get, strict, Hub.ReadToken("ann", key: Tenants.StrictKey))).Status,
            Is.EqualTo(200));
    }

    [TestCase("{}")]
    [TestCase("""{"user":null}""")]
    [TestCase("""{"user":"ann"}""")]
    [TestCase("""{"user":[]}""")]
    [TestCase("""{"user":{"id":"ann"}}""")]
    [TestCase("""{"user":{"accountId":"acc-1"}}""")]
    [TestCase("""{"user":{"id":1,"accountId":"acc-1"}}""")]
    [TestCase("""{"user":{"id":"ann","accountId":null}}""")]
    [TestCase("""{"user":{"id":"ann","id":"ann","accountId":"acc-1"}}""")]
    [TestCase("""{"id":"ann","accountId":"acc-1"}""")]
    [TestCase("""{"user":{"id":"a/b","accountId":"acc-1"}}""")]
    [TestCase("""{"user":{"id":"a%b","accountId":"acc-1"}}""")]
    [TestCase("""{"user":{"id":"a\u0000","accountId":"acc-1"}}""")]
    [TestCase("""{"user":{"id":"ann","accountId":"\ud800"}}""")]
    [TestCase("""["user"]""")]
    [TestCase("x")]
    public async Task A_token_that_names_no_user_is_refused(string payload)
    {
        Assert.That((await CallAsync(Calls[0], Tenants.Sign(payload))).Status, Is.EqualTo(401));
        Assert.That((await CallAsync(Calls[4], Tenants.Sign(payload))).Status, Is.EqualTo(401));
        Assert.That((await Client.ExchangeAsync(Tenants.Sign(payload)))["error"], Is.EqualTo("invalid_grant"));
    }

    [Test, Spec("ASSURANCE", "I6")]
    public async Task C2_I6_No_address_of_a_token_or_a_user_is_ever_called()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}/a.png";
        var payload = $$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromMinutes(5))}}}""";

        foreach (var header in new[] { "jku", "x5u", "kid" })
            await CallAsync(Calls[0], Tenants.Sign(payload, header: $$"""{"alg":"HS256","{{header}}":"{{address}}"}"""));
        var user = await Client.OpenAsync(
            HttpMethod.Post, Tenants.UserPath("pictured"),
            $$"""{"email":"a@b.test","firstName":"Ann","referralCode":"PICTURED","imageUrl":"{{address}}"}""");
        await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/user?referralCode=PICTURED", key: null);

        Assert.That((user.Status, user["imageUrl"]), Is.EqualTo((201, address)));
        Assert.That(listener.Pending(), Is.False);
    }

    [Test]
    public async Task A_body_says_what_the_token_does_not_and_never_the_contrary()
    {
        var token = Hub.WriteToken("joined", members: ""","referralCode":"JOINED","lastName":"Signed" """);
        (string Body, int Status)[] cases =
        [
            ("""{"email":"other@example.com"}""", 400), ("""{"firstName":"ANN"}""", 400), ("""{"lastName":null}""", 400),
            ("""{"referralCode":"OTHER"}""", 400), ("""{"id":"x"}""", 400), ("""{"accountId":"x"}""", 400),
            ("""{"lastName":1}""", 400),
            ("""{"email":"joined@example.com","firstName":"Ann","referralCode":"joined","locale":"de","id":"joined"}""", 201),
        ];
        foreach (var (body, status) in cases)
            Assert.That(
                (await Client.OpenWithTokenAsync(HttpMethod.Put, Tenants.UserPath("joined"), token, body)).Status, Is.EqualTo(status),
                body);

        // What was signed is held to the same rules as what was not.
        foreach (var member in new[]
            {
                ""","referralCode":"x" """, ""","imageUrl":"javascript:1" """, ""","lastName":{} """, ""","locale":"?" """,
            })
            Assert.That(
                (await Client.OpenWithTokenAsync(HttpMethod.Put, Tenants.UserPath("joined"), Hub.WriteToken("joined", members: member))
                ).Refusal(),
                Is.EqualTo((400, "INVALID_FIELD")),
                member);
    }

    [Test]
    public async Task Two_keys_are_live_at_once_each_in_its_time()
    {
        await using var hub = await StartHubAsync();
        await hub.Client.TenantUserAsync("ann", key: Tenants.SecondKey);
        Assert.That(
            (await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann"))).Status, Is.EqualTo(200));
        Assert.That(
            (await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann", key: Tenants.SecondKey))
            ).Status,
            Is.EqualTo(200));

        hub.Time.Advance(TimeSpan.FromHours(2));

        Assert.That(
            (await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann"))).Status, Is.EqualTo(200));
        Assert.That(
            (await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann", key: Tenants.SecondKey))
            ).Status,
            Is.EqualTo(401),
            "its token");
        Assert.That(
            (await hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"), key: Tenants.SecondKey)).Status, Is.EqualTo(401),
            "the key itself");
    }

    [Test, Spec("ASSURANCE", "C4")]
    public async Task C4_A_token_of_the_hub_is_none_of_a_customer_and_the_other_way_round()
    {
        var issued = (await Client.MachineAsync("plain"))["access_token"]!;
        var customers = Hub.WriteToken("ann");

        Assert.That((await CallAsync(Calls[0], issued)).Status, Is.EqualTo(401));
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", customers)).Status, Is.EqualTo(401));
        Assert.That(await Client.IsActiveAsync("orders", customers), Is.False);
        Assert.That(
            (await Client.TokenAsync(
                    ("grant_type", "client_credentials"),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", customers))
            ).Status,
            Is.EqualTo(401));
    }

    [Test]
    public async Task Credentials_that_are_ambiguous_or_malformed_are_refused()
    {
        var path = Tenants.UserPath("ann");
        var twice = new HttpRequestMessage(HttpMethod.Get, path).WithKey(Tenants.Key);
        twice.Headers.TryAddWithoutValidation("X-SaaSquatch-User-Token", Hub.ReadToken("ann"));
        Assert.That((await Client.AnswerAsync(twice)).Refusal(), Is.EqualTo((400, "INVALID_REQUEST")));
        Assert.That(
            (await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Get, path).WithKey(Tenants.Key, userName: "test_abc"))).Status,
            Is.EqualTo(401), "a user name");

        foreach (var header in new[] { "Basic", "Basic !!!", "Basic Og==", "Basic /////w==", "Digest x", "Bearer", Tenants.Key })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", header);
            Assert.That((await Client.AnswerAsync(request)).Refusal(), Is.EqualTo((401, "UNAUTHORIZED")), header);
        }

        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, path, key: Tenants.OtherKey)).Status, Is.EqualTo(401), "the key of another tenant");
    }

    [Test]
    public async Task A_user_whom_an_administrator_has_disabled_acts_by_no_token_and_his_tenant_still_sees_him()
    {
        var path = Tenants.UserPath("disabled");
        await Client.TenantUserAsync("disabled");
        var user = await Hub.TenantUserOfAsync("disabled");
        await Hub.ChangeUserAsync(user, change => change.DisabledAt = Hub.Time.GetUtcNow());

        Assert.That(
            (await Client.OpenWithTokenAsync(HttpMethod.Get, path, Hub.ReadToken("disabled"))).Refusal(), Is.EqualTo((403, "FORBIDDEN")));
        Assert.That(
            (await Client.OpenWithTokenAsync(HttpMethod.Put, path, Hub.WriteToken("disabled"))).Refusal(), Is.EqualTo((403, "FORBIDDEN")));
        Assert.That((await Client.OpenAsync(HttpMethod.Get, path)).Status, Is.EqualTo(200));
    }

    private Task<Answer> CallAsync((HttpMethod Method, string Path, bool Writes) call, string token) =>
        Client.OpenWithTokenAsync(call.Method, call.Path, token);
}
