using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>Every endpoint of an older API declares how many calls it answers, and answers no more than that.</summary>
[Spec("contracts/README.md", "Rate limits")]
public class DeclaredLimitTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const int Few = 3;
    private const string Alice = "11111111-1111-4111-8111-111111111111";

    private const string Dave = "44444444-4444-4444-8444-444444444444";

    private const string Config =
        $$"""
        users:
          - { id: {{Alice}}, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, email: bob@example.com, password: "plain:Alice-Pass-1234" }
          - { id: 33333333-3333-4333-8333-333333333333, user_name: carol, email: carol@example.com, password: "plain:Alice-Pass-1234" }
          - { id: {{Dave}}, user_name: dave, email: dave@example.com }
        api_keys:
          - { name: desk, value: "plain:desk-api-key-0123456789", permissions: [user.block, session.terminate] }
        tenants:
          - { alias: test_abc, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }
        clients:
          - { client_id: one, grant_types: [client_credentials, "urn:identityhub:params:oauth:grant-type:hash-secret"], client_secrets: [{ value: "plain:one-secret" }], hash_alias: one hash, dialects: [hash-secret, oauth-v2] }
          - { client_id: two, grant_types: [client_credentials, "urn:identityhub:params:oauth:grant-type:hash-secret"], client_secrets: [{ value: "plain:two-secret" }], hash_alias: two hash, dialects: [hash-secret, oauth-v2] }
        dialects:
          hash-secret: { enabled: true }
          service-user: { enabled: true }
          client-accounts: { enabled: true }
          oauth-v2: { enabled: true }
          otp: { enabled: true }
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }
          open-endpoints: { enabled: true }
        """;

    protected override IReadOnlyList<(string Key, string Value)> Settings =>
        [Callers.BehindProxy, ("IdentityHub:Limits:CallsPerMinute", $"{Few}")];

    private IEnumerable<(RouteEndpoint Endpoint, OlderApi Api)> OlderEndpoints() =>
        Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (endpoint, endpoint.Metadata.GetMetadata<OlderApi>()!))
            .Where(endpoint => endpoint.Item2 is not null);

    [Test]
    public void Every_verb_of_an_older_endpoint_is_described_with_a_limit_and_with_what_is_answered_over_it()
    {
        var missing =
            from older in OlderEndpoints()
            from method in older.Api.Methods
            let description = older.Endpoint.Metadata.GetOrderedMetadata<EndpointDescription>().SingleOrDefault(of => of.Method == method)
            where description?.Limit is not { Counts.Count: > 0 } || description.Answers.All(answer => answer.Status != 429)
            select $"{method} {older.Endpoint.RoutePattern.RawText}";

        Assert.That(OlderEndpoints().Count(), Is.GreaterThan(20));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task Every_older_endpoint_answers_as_many_calls_as_it_declares()
    {
        var limits = Hub.Services.GetRequiredService<CallLimits>();
        List<string> wrong = [];
        foreach (var (endpoint, api) in OlderEndpoints())
        {
            foreach (var method in api.Methods)
            {
                var described = endpoint.Metadata.GetOrderedMetadata<EndpointDescription>().Single(of => of.Method == method);
                var count = described.Limit!.Counts.First(of => of.IsOfAddress);
                var calls = limits.InForce(count.Rule, isOfAddress: true).Calls;
                var path = PathOf(endpoint);
                var first = await CallAsync(method, path);
                if (first.Header("RateLimit-Limit") != $"{calls}" || first.Status == 429)
                    wrong.Add($"{method} {path}: {first.Status}, {first.Header("RateLimit-Limit")} and not {calls}");
                for (var i = 1; i < calls; i++)
                    await CallAsync(method, path);
                var last = await CallAsync(method, path);
                if (last.Status != 429 || last.Header("Retry-After") is null)
                    wrong.Add($"{method} {path}: {last.Status} over the limit");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Each_credential_has_a_count_of_its_own()
    {
        await ExpectAsync("a hash", turn => HashAsync("one hash", "one-secret"));
        Assert.That((await HashAsync("two hash", "two-secret"))["token"], Is.Not.Null, "another hash");
        await ExpectAsync("a client", turn => V2Async("one"));
        Assert.That((await V2Async("two")).Status, Is.EqualTo(200), "another client");

        var (mine, other) = (await LsidAsync(), await LsidAsync());
        await ExpectAsync("a login session", turn => Client.GetAnswerAsync($"/session/{mine};lsid={mine}"));
        Assert.That(
            (await Client.GetAnswerAsync($"/session/{other};lsid={other}")).Status, Is.EqualTo(200), "another session of the same user");
        await ExpectAsync("an API key", turn => WithKeyAsync("GET", "/authenticate/block/alice"));
        await ExpectAsync(
            "a session that is not the caller's own", turn => WithKeyAsync("POST", $"/session/{Alice}/clone"), status: 404);
        await ExpectAsync(
            "another session of the same user", turn => Client.CallAsync("POST", $"/session/{mine}/clone", null, other), status: 404);
    }

    [TestCase("DELETE", $"/session/user/{Dave}", 200)]
    [TestCase("DELETE", $"/session/{Dave}", 404)]
    [TestCase("PUT", "/authenticate/block/dave", 200)]
    public async Task What_ends_sessions_and_blocks_users_has_ten_times_as_many_calls(string method, string path, int status)
    {
        await ExpectAsync($"{method} {path}", turn => WithKeyAsync(method, path), status, 10 * Few);
        if (method == "PUT")
            Assert.That((await WithKeyAsync("DELETE", path)).Header("RateLimit-Limit"), Is.EqualTo($"{Few}"), "the end of a block");
    }

    [Test]
    public async Task A_right_login_counts_for_its_user_and_not_for_the_address_that_others_share()
    {
        const string address = "203.0.113.21";
        for (var turn = 0; turn < Few; turn++)
        {
            foreach (var user in new[] { "bob", "carol" })
            {
                var right = await LogInAsync(user, "Alice-Pass-1234", address);
                Assert.That((right.Status, right.Header("RateLimit-Remaining")), Is.EqualTo((200, $"{Few - turn - 1}")), right.Body);
            }
        }

        var tooMany = await LogInAsync("bob", "Alice-Pass-1234", address);
        Assert.That((tooMany.Status, tooMany.Header("Retry-After")), Is.EqualTo((429, "60")), "one user");
        for (var turn = 0; turn < Few; turn++)
            Assert.That((await LogInAsync($"nobody-{turn}", "wrong", address)).Status, Is.EqualTo(401), "the address has all its calls");
        Assert.That((await LogInAsync("nobody", "wrong", address)).Status, Is.EqualTo(429), "the address");
    }

    [Test]
    public void A_number_that_is_raised_for_credentials_stays_for_addresses()
    {
        var raised = ActivatorUtilities.CreateInstance<CallLimits>(
            Hub.Services, Options.Create(new HubSettings { Limits = { CallsPerMinute = 100_000 } }));

        Assert.That(
            (raised.InForce(EndpointLimits.OrdinaryRule).Calls, raised.InForce(EndpointLimits.OrdinaryRule, isOfAddress: true).Calls),
            Is.EqualTo((100_000, 300)));
        Assert.That(raised.InForce(EndpointLimits.AdministrationRule).Calls, Is.EqualTo(300));
    }

    private static async Task ExpectAsync(string what, Func<int, Task<Answer>> call, int status = 200, int calls = Few)
    {
        for (var turn = 0; turn < calls; turn++)
        {
            var answer = await call(turn);
            Assert.That(
                (answer.Status, answer.Header("RateLimit-Remaining")), Is.EqualTo((status, $"{calls - turn - 1}")), $"{what}: {answer}");
        }

        Assert.That((await call(calls)).Status, Is.EqualTo(429), what);
    }

    private Task<Answer> WithKeyAsync(string method, string path)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-API-Key", "desk-api-key-0123456789");
        return Client.AnswerAsync(request);
    }

    private Task<Answer> LogInAsync(string user, string password, string address) => Client.CallAsync(
        "POST", $"/authenticate/{user}", $$"""{"password":"{{password}}"}""", headers: ("X-Forwarded-For", address));

    private Task<Answer> HashAsync(string hash, string secret) =>
        Client.PostJsonAsync("/api/token", $$"""{"hash":"{{hash}}","secret":"{{secret}}"}""");

    private Task<Answer> V2Async(string client) => Client.PostJsonAsync(
        "/oauth/v2/token", $$"""{"grant_type":"client_credentials","client_id":"{{client}}","client_secret":"{{client}}-secret"}""");

    private async Task<string> LsidAsync() =>
        (await Client.PostJsonAsync("/authenticate/alice", """{"password":"Alice-Pass-1234"}"""))["sessionId"]!;

    // From an address whose calls no other test makes.
    private Task<Answer> CallAsync(string method, string path)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        return Client.AnswerAsync(method == "GET" ? request : request.WithJson("{}", "application/json"));
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "tenant_alias" } => "test_abc",
            _ => Alice,
        }))));
}
