using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>Every endpoint of an older API declares how many calls it answers, and answers no more than that.</summary>
[Spec("contracts/README.md", "Rate limits")]
public class DeclaredLimitTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const int Few = 3;
    private const string Alice = "11111111-1111-4111-8111-111111111111";

    private const string Config =
        $$"""
        users:
          - { id: {{Alice}}, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234" }
        api_keys:
          - { name: desk, value: "plain:desk-api-key-0123456789", permissions: [user.block] }
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
                var calls = limits.InForce(described.Limit!.Counts[0].Rule).Calls;
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
        await ExpectAsync("an API key", turn =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/authenticate/block/alice");
            request.Headers.Add("X-API-Key", "desk-api-key-0123456789");
            return Client.AnswerAsync(request);
        });
    }

    private static async Task ExpectAsync(string what, Func<int, Task<Answer>> call)
    {
        for (var turn = 0; turn < Few; turn++)
        {
            var answer = await call(turn);
            Assert.That((answer.Status, answer.Header("RateLimit-Remaining")), Is.EqualTo((200, $"{Few - turn - 1}")), $"{what}: {answer}");
        }

        Assert.That((await call(Few)).Status, Is.EqualTo(429), what);
    }

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
