using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>A back end that has proven who it is, is no anonymous address.</summary>
[Spec("ASSURANCE", "L2")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class BackEndBudgetTests(DatabaseKind kind)
{
    private const string OwnAddress = "203.0.113.7";

    private static readonly string Config = ServiceUsers.Config.Replace(
        "clients:\n",
        """
        clients:
          - { client_id: gateway, grant_types: [password], client_secrets: [{ value: "plain:gateway-secret" }], scope: openid, on_behalf_of_ip: true }

        """,
        StringComparison.Ordinal);

    [Test]
    public async Task L2_A_hundred_names_typed_wrong_through_a_back_end_leave_its_users_and_its_own_login()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        for (var i = 0; i < 110; i++)
        {
            var wrong = $$"""{"email":"nobody{{i}}@example.com","password":"Wrong-Pass-1"}""";
            Assert.That((await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, wrong, api)).Status, Is.EqualTo(401));
        }

        for (var i = 0; i < 110; i++)
            Assert.That((await hub.Client.LoginAsync("app", $"nobody{i}", "wrong")).Status, Is.EqualTo(400));

        Assert.That((await hub.Client.AccountLoginAsync(api, account)).Status, Is.EqualTo(200), "an honest user");
        Assert.That((await hub.Client.LoginAsync("app")).Status, Is.EqualTo(200), "an honest user of a client");
        Assert.That(await hub.Client.ApiTokenAsync(), Is.Not.Empty, "the service user");
    }

    [Test]
    public async Task L2_What_is_typed_for_the_name_of_a_service_user_does_not_refuse_its_own_login()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        await hub.Client.ApiTokenAsync();
        for (var i = 0; i < 60; i++)
            Assert.That((await hub.Client.LoginAsync("app", "service_user", "wrong")).Status, Is.EqualTo(400));

        Assert.That((await hub.Client.LoginAsync("app", "service_user", ServiceUsers.Password)).Status, Is.EqualTo(400), "at the form");
        Assert.That(await hub.Client.ApiTokenAsync(), Is.Not.Empty, "its own login");
    }

    [Test]
    public async Task L2_A_guesser_at_the_login_of_a_service_user_has_ten_guesses_where_it_is_known()
    {
        var hasher = new RecordingHasher();
        await using var hub = await Hub.StartAsync(Config, kind, hasher.Register);
        await hub.Client.ApiTokenAsync();
        var before = await hasher.EvaluationsOfAsync(hub, "service_user");
        for (var i = 0; i < 20; i++)
            await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"service_user","password":"wrong"}""");

        Assert.That(await hasher.EvaluationsOfAsync(hub, "service_user") - before, Is.EqualTo(10));
    }

    [Test]
    public async Task L2_The_budget_of_a_back_end_grows_by_each_user_who_logs_in()
    {
        await using var hub = await Hub.StartAsync(Config, kind, new RecordingHasher().Register);
        var refused = new List<int>();
        for (var i = 0; i < 1002; i++)
        {
            // Once is worth one name, and twice is worth no more.
            if (i is 500 or 501)
                Assert.That((await hub.Client.LoginAsync("app")).Status, Is.EqualTo(200));
            if ((await hub.Client.LoginAsync("app", $"nobody{i}", "wrong")).Status == 429)
                refused.Add(i);
        }

        Assert.That(refused, Is.EqualTo([1001]));
    }

    [Test]
    public async Task L2_A_service_user_names_the_address_of_its_user_where_the_configuration_trusts_it()
    {
        await using var hub = await Hub.StartAsync(
            Config.Replace(
                "client-accounts: { enabled: true }", "client-accounts: { enabled: true, on_behalf_of_ip: true }",
                StringComparison.Ordinal),
            kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        for (var i = 0; i < 5; i++)
            Assert.That((await AccountLoginAsync(hub, api, account.Email, "Wrong-Pass-1", OwnAddress)).Status, Is.EqualTo(401));

        Assert.That(
            (await AccountLoginAsync(hub, api, account.Email, account.Password, OwnAddress)).Status, Is.EqualTo(401),
            "the address that failed");
        Assert.That(
            (await AccountLoginAsync(hub, api, account.Email, account.Password, "198.51.100.9")).Status, Is.EqualTo(200),
            "another address");
        Assert.That((await AccountLoginAsync(hub, api, account.Email, account.Password, "nowhere")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task L2_Failures_count_for_the_address_that_a_trusted_back_end_names()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        for (var i = 0; i < 5; i++)
            Assert.That((await LoginAsync(hub, "gateway", OwnAddress, "wrong")).Status, Is.EqualTo(400));

        Assert.That(
            (await LoginAsync(hub, "gateway", OwnAddress, TokenRequests.AlicePassword)).Status, Is.EqualTo(400), "the address that failed");
        Assert.That(
            (await LoginAsync(hub, "gateway", "198.51.100.9", TokenRequests.AlicePassword)).Status, Is.EqualTo(200), "another address");
        Assert.That((await LoginAsync(hub, "gateway", "nowhere", TokenRequests.AlicePassword))["error"], Is.EqualTo("invalid_request"));
    }

    [Test]
    public async Task L2_What_an_untrusted_client_names_does_not_count()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        for (var i = 0; i < 5; i++)
            await LoginAsync(hub, "app", $"203.0.113.{i}", "wrong");

        Assert.That((await LoginAsync(hub, "app", "198.51.100.9", TokenRequests.AlicePassword)).Status, Is.EqualTo(400));
    }

    private static Task<Answer> AccountLoginAsync(Hub hub, string api, string email, string password, string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, ServiceUsers.AccountLoginPath)
        {
            Content = new StringContent($$"""{"email":"{{email}}","password":"{{password}}"}"""),
        };
        request.WithBearer(api).Headers.Add("On-Behalf-Of-IP", address);
        return hub.Client.AnswerAsync(request);
    }

    private static Task<Answer> LoginAsync(Hub hub, string client, string address, string password) =>
        hub.Client.LoginAsync(client, password: password, more: [("on_behalf_of_ip", address)]);
}
