using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts.ServiceUser;

/// <summary>The API token of a service user is an ordinary token of the hub.</summary>
public class ApiTokenTests(DatabaseKind kind) : HubFixture(kind, ServiceUsers.Config)
{
    [Test, Spec("contracts/README.md", "2")]
    public async Task Introspection_userinfo_and_revocation_know_it()
    {
        var token = await Client.ApiTokenAsync();

        var known = await Client.IntrospectAsync("client-api", token);
        Assert.That(
            (known["active"], known["client_id"], known["sub"], known["aud"]),
            Is.EqualTo(("true", "service-user", ServiceUsers.Id, "client-api")));
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", token))["sub"], Is.EqualTo(ServiceUsers.Id));

        Assert.That(
            (await Client.PostFormAsync("/connect/revocation", ("client_id", "service-user"), ("token", token))).Status, Is.EqualTo(200));
        Assert.That((await Client.IntrospectAsync("client-api", token))["active"], Is.EqualTo("false"));
        Assert.That(
            (await Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", token)).Codes(),
            Is.EqualTo(["errors.auth.invalid"]));
    }

    [Test, Spec("contracts/README.md", "2")]
    public async Task It_belongs_to_a_session_that_ends_with_it_and_the_audit_trail_shows_both()
    {
        var token = await Client.ApiTokenAsync();

        var sid = Guid.Parse(new JsonWebToken(token).GetPayloadValue<string>("sid"));
        await using var context = Hub.NewContext();
        var session = await context.Sessions.SingleAsync(session => session.Id == sid);
        Assert.That(
            (session.Endpoint, session.ClientId, session.ExpiresAt),
            Is.EqualTo(("v1/login/password", "service-user", FakeTime.Start + TimeSpan.FromMinutes(60))));
        var types = await Eventually.GetAsync(
            () => context.AuditEvents.Where(row => row.SessionId == sid).Select(row => row.Type).ToListAsync(), rows => rows.Count == 2);
        Assert.That(types, Is.EquivalentTo(["session.started", "token.issued"]));
    }

    [Test]
    public async Task The_region_and_the_roles_are_the_user_s_own()
    {
        var jwt = new JsonWebToken(await Client.ApiTokenAsync("regional"));

        Assert.That(jwt.GetPayloadValue<string>("reg"), Is.EqualTo("za"));
        Assert.That(jwt.GetPayloadValue<string[]>("r"), Is.EqualTo(["admin", "service"]));
    }

    [Test]
    public async Task The_region_of_the_installation_is_a_setting_and_the_lifetime_stands_in_the_files()
    {
        await using var hub = await Hub.StartAsync(
            ServiceUsers.Config.Replace(
                "service-user: { enabled: true }", "service-user: { enabled: true, access_token_lifetime: 90s }", StringComparison.Ordinal),
            Kind,
            null,
            ("IdentityHub:Region", "eu-1"));

        var jwt = new JsonWebToken(await hub.Client.ApiTokenAsync());

        Assert.That(
            (jwt.GetPayloadValue<string>("reg"), jwt.GetPayloadValue<long>("exp") - jwt.GetPayloadValue<long>("iat")),
            Is.EqualTo(("eu-1", 90)));
    }

    [TestCase("expired")]
    [TestCase("user disabled")]
    [TestCase("role withdrawn")]
    [TestCase("dialect off")]
    public async Task It_is_worth_nothing_any_more_once(string what)
    {
        await using var hub = await StartHubAsync();
        var token = await hub.Client.ApiTokenAsync();
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", token)).Status, Is.EqualTo(400),
            "it is good for a call");

        await using var context = hub.NewContext();
        var id = Guid.Parse(ServiceUsers.Id);
        switch (what)
        {
            case "expired":
                hub.Time.Advance(TimeSpan.FromMinutes(60));
                break;
            case "user disabled":
                await hub.ChangeUserAsync(id, user => user.DisabledAt = FakeTime.Start);
                break;
            case "role withdrawn":
                await context.UserRoles.Where(role => role.UserId == id).ExecuteDeleteAsync();
                break;
            default:
                hub.Installation.WriteConfig(
                    ServiceUsers.Config.Replace(
                        "service-user: { enabled: true }", "service-user: { enabled: false }", StringComparison.Ordinal));
                await Eventually.GetAsync(
                    () =>
                    {
                        hub.Time.Advance(TimeSpan.FromSeconds(1));
                        return hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, "{}");
                    },
                    answer => answer.Status == 404);
                break;
        }

        var answer = await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", token);
        var expected = what == "role withdrawn" ? (403, "errors.forbidden") : (401, "errors.auth.invalid");
        Assert.That((answer.Status, answer.Codes().Single()), Is.EqualTo(expected), answer.ToString());
        Assert.That(
            (await hub.Client.IntrospectAsync("client-api", token))["active"], Is.EqualTo(what == "role withdrawn" ? "true" : "false"));
    }

    [Test, Spec("ASSURANCE", "C4")]
    public async Task C4_No_other_token_of_the_hub_opens_the_client_API()
    {
        var api = await Client.ApiTokenAsync();
        var account = await Client.AccountAsync(api);
        var ofService = await Client.LoginAsync("app", "service_user", ServiceUsers.Password, "openid");
        var ofAlice = await Client.LoginAsync("app", scope: "openid");
        (string? Token, int Status)[] tokens =
        [
            (null, 401), ("x", 401), (api + "A", 401), (api[..^1], 401), (ofService["access_token"], 401),
            (ofService["refresh_token"], 401), (ofService["id_token"], 401),
            (ofAlice["access_token"], 403), (account.ClientToken, 403), ((await Client.MachineAsync("app"))["access_token"], 403),
        ];

        foreach (var (token, status) in tokens)
        {
            var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), token);
            Assert.That(
                (answer.Status, answer.Codes().Single()), Is.EqualTo((status, status == 401 ? "errors.auth.invalid" : "errors.forbidden")),
                token);
        }
    }

    [Test]
    public async Task Nothing_is_issued_to_the_built_in_clients_at_the_standard_endpoint()
    {
        foreach (var clientId in new[] { "service-user", "client-accounts" })
        {
            foreach (var grant in new[] { "password", "client_credentials", "refresh_token", "authorization_code" })
            {
                var answer = await Client.TokenAsync(
                    ("client_id", clientId), ("grant_type", grant), ("username", "service_user"), ("password", ServiceUsers.Password));
                Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "unauthorized_client")), $"{clientId} {grant}");
            }
        }
    }

    [TestCase("dialects: { service-user: { enabled: false, sunset: 2027-12-31 } }")]
    [TestCase("")]
    [Spec("contracts/README.md", "5")]
    public async Task Off_the_endpoints_answer_as_paths_that_do_not_exist(string dialects)
    {
        await using var hub = await Hub.StartAsync(Parts.Apis + dialects, Kind);

        var nowhere = await hub.Client.CallAsync(HttpMethod.Post, "/v9/login/password", "{}");
        foreach (var path in new[]
            {
                ServiceUsers.LoginPath, ServiceUsers.SignUpPath, ServiceUsers.AccountLoginPath,
                "/v1/client/80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", "/v1/login/x", "/v1/x",
            })
        {
            var off = await hub.Client.CallAsync(HttpMethod.Post, path, "{}");
            Assert.That((off.Status, off.Body), Is.EqualTo((404, "")), path);
            Assert.That(off.Headers.Keys, Is.EquivalentTo(nowhere.Headers.Keys));
        }

        Assert.That(
            (await hub.Client.TokenAsync(("client_id", "service-user"), ("grant_type", "password")))["error"],
            Is.EqualTo("invalid_client"));
    }
}
