using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>
/// A limit belongs to whom is guessed at, not to the endpoint at which: it holds at every other one, however the guess is dressed up.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class EndpointLimitTests(DatabaseKind kind)
{
    private const string HashSecretGrant = "urn:identityhub:params:oauth:grant-type:hash-secret";

    // The last two dialects of the common configuration stand at its end.
    private const string Config = ServiceUsers.Config +
        $$"""
          hash-secret: { enabled: true }
          oauth-v2: { enabled: true }
        """;

    private static readonly string Clients = Config.Replace(
        "clients:\n",
        $$"""
        clients:
          - { client_id: older, grant_types: [password], client_secrets: [{ value: "plain:older-secret" }], dialects: [oauth-v2] }
          - { client_id: partner, grant_types: [client_credentials, "{{HashSecretGrant}}"], dialects: [hash-secret, oauth-v2], hash_alias: some hash, client_secrets: [{ value: "plain:partner-secret" }] }

        """,
        StringComparison.Ordinal);

    // Endpoint → is this the right password?
    private static readonly Dictionary<string, Func<Hub, string, string, string, Task<bool>>> UserEndpoints = new()
    {
        ["password grant"] = async (hub, _, name, password) => (await hub.Client.LoginAsync("app", name, password)).Status == 200,
        ["/oauth/v2/token"] = async (hub, _, name, password) =>
            (await hub.Client.PostJsonAsync(
                    "/oauth/v2/token",
                    $$"""{"grant_type":"password","client_id":"older","client_secret":"older-secret","username":"{{name}}","password":"{{password}}"}""")
            ).Status == 200,
        [ServiceUsers.AccountLoginPath] = async (hub, api, name, password) =>
            (await hub.Client.CallAsync(
                    HttpMethod.Post, ServiceUsers.AccountLoginPath, $$"""{"email":"{{name}}","password":"{{password}}"}""", api)
            ).Status == 200,

        // Only who knows the password learns that the account is no service user.
        [ServiceUsers.LoginPath] = async (hub, _, name, password) =>
            (await hub.Client.CallAsync(
                    HttpMethod.Post, ServiceUsers.LoginPath, $$"""{"username":"{{name}}","password":"{{password}}"}""")
            ).Status == 403,
        ["login page"] = async (hub, _, name, password) =>
        {
            var browser = new Browser(hub.Client);
            return (await browser.LogInAsync(await browser.GetAsync("/login"), name, password)).Path == "/account";
        },
    };

    private static readonly Dictionary<string, Func<HttpClient, string, int, Task<bool>>> ClientEndpoints = new()
    {
        ["/connect/token"] = async (client, secret, _) =>
            (await client.MachineAsync(new TestClient("partner", secret))).Status == 200,
        ["/oauth/v2/token"] = async (client, secret, _) =>
            (await client.PostJsonAsync(
                    "/oauth/v2/token", $$"""{"grant_type":"client_credentials","client_id":"partner","client_secret":"{{secret}}"}""")
            ).Status == 200,
        ["extension grant"] = async (client, secret, _) =>
            (await client.TokenAsync(("grant_type", HashSecretGrant), ("hash", "some hash"), ("secret", secret))).Status == 200,
        ["/api/token"] = (client, secret, turn) => HashAsync(client, "/api/token", secret, turn),
        ["/action/token"] = (client, secret, turn) => HashAsync(client, "/action/token", secret, turn),
    };

    private static IEnumerable<string> UserEndpointNames => UserEndpoints.Keys;

    private static IEnumerable<string> ClientEndpointNames => ClientEndpoints.Keys;

    [TestCaseSource(nameof(UserEndpointNames)), Spec("ASSURANCE", "B2")]
    public async Task B2_An_account_that_is_blocked_at_one_endpoint_is_blocked_at_every_endpoint(string endpoint)
    {
        await using var hub = await Hub.StartAsync(Clients, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        for (var i = 0; i < 5; i++)
            Assert.That(await UserEndpoints[endpoint](hub, api, account.Email, $"wrong-Pass-{i}"), Is.False);

        foreach (var (name, isRight) in UserEndpoints)
            Assert.That(
                await isRight(hub, api, account.Email, account.Password), Is.False, $"{name}: the right password, while the block holds");
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        foreach (var (name, isRight) in UserEndpoints)
            Assert.That(await isRight(hub, api, account.Email, account.Password), Is.True, name);
    }

    [TestCaseSource(nameof(ClientEndpointNames)), Spec("ASSURANCE", "B2"), Spec("ASSURANCE", "B9")]
    public async Task B2_A_client_that_is_blocked_at_one_endpoint_is_blocked_at_every_endpoint(string endpoint)
    {
        await using var hub = await Hub.StartAsync(Clients, kind);
        for (var i = 0; i < 5; i++)
            Assert.That(await ClientEndpoints[endpoint](hub.Client, $"wrong-{i}", i), Is.False);

        foreach (var (name, isRight) in ClientEndpoints)
            Assert.That(await isRight(hub.Client, "partner-secret", 99), Is.False, $"{name}: the right secret, while the block holds");
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        foreach (var (name, isRight) in ClientEndpoints)
            Assert.That(await isRight(hub.Client, "partner-secret", 100), Is.True, name);
    }

    [Test, Spec("ASSURANCE", "B7")]
    public async Task B7_Case_blanks_width_and_forwarded_addresses_make_no_fresh_limit_at_the_endpoints_of_service_users()
    {
        await using var hub = await Hub.StartAsync(Clients, kind);
        var names = new[] { "service_user", "SERVICE_USER", "Service_User", "ｓｅｒｖｉｃｅ_user", " service_user " };
        for (var i = 0; i < names.Length; i++)
            Assert.That((await LogInAsync(hub.Client, names[i], $"wrong-{i}", i)).Status, Is.EqualTo(401));

        foreach (var name in names)
            Assert.That(
                (await LogInAsync(hub.Client, name, ServiceUsers.Password, 99)).Status, Is.EqualTo(401),
                $"the right password for '{name}'");
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        foreach (var name in names)
            Assert.That(
                (await LogInAsync(hub.Client, name, ServiceUsers.Password, 99)).Status, Is.EqualTo(200), $"'{name}' names the user");
    }

    [Test, Spec("ASSURANCE", "B7")]
    public async Task B7_Forwarded_addresses_and_ways_of_writing_a_path_share_one_count_of_calls()
    {
        await using var hub = await Hub.StartAsync(Clients, kind);
        var paths = new[]
        {
            ServiceUsers.LoginPath, "/V1/Login/PASSWORD", "/v1/login/password/", "/v1/login/password?x=1", "/v1/login/%70assword",
        };

        for (var i = 0; i < paths.Length; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, paths[i]) { Content = new StringContent("{}") };
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            Assert.That((await hub.Client.AnswerAsync(request)).Header("RateLimit-Remaining"), Is.EqualTo($"{299 - i}"), paths[i]);
        }
    }

    private static Task<Answer> LogInAsync(HttpClient client, string name, string password, int turn)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, ServiceUsers.LoginPath)
        {
            Content = new StringContent($$"""{"username":"{{name}}","password":"{{password}}"}"""),
        };
        request.Headers.Add("X-Forwarded-For", $"203.0.113.{turn}");
        request.Headers.Add("Forwarded", $"for=203.0.113.{turn}");
        return client.AnswerAsync(request);
    }

    // Everything that a caller can change goes with the guess.
    private static async Task<bool> HashAsync(HttpClient client, string path, string secret, int turn)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent($$"""{"hash":"some hash","secret":"{{secret}}","x_{{turn}}":"1"}"""),
        };
        request.Headers.Add("X-Forwarded-For", $"203.0.113.{turn}");
        request.Headers.Add("User-Agent", $"agent-{turn}");
        return (await client.AnswerAsync(request))["token"] is not null;
    }
}
