using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Users;

/// <summary>Claims that the configuration defines, where it says and nowhere else.</summary>
public class ConfiguredClaimTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string UserInfo = "/connect/userinfo";

    private const string Config =
        """
        organizations:
          - { id: acme, name: Acme }
        roles:
          - { name: org-admin, permissions: [session.read, user.block] }
          - { name: reader, permissions: [session.read] }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234",
              given_name: Alice, family_name: Archer, organization: acme, roles: [org-admin, reader] }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
        claims:
          - { name: groups, source: roles }
          - { name: department, source: custom_data, path: work.department }
          - { name: staff_number, source: imported_claim, path: employee, type: number }
          - { name: teams, source: imported_claim, path: team, type: array }
          - { name: in_access_token, source: static, value: 1, destinations: [access_token] }
          - { name: in_id_token, source: static, value: 2, destinations: [id_token] }
          - { name: in_userinfo, source: static, value: 3, destinations: [userinfo] }
          - { name: in_introspection, source: static, value: 4, destinations: [introspection] }
          - { name: "https://orders.test/manager", source: custom_data, path: work.manager, type: boolean }
          - { name: note, source: custom_data, path: note }
        scopes:
          - { name: groups, claims: [groups] }
          - { name: work, claims: [department, staff_number, teams] }
          - { name: places, claims: [in_access_token, in_id_token, in_userinfo, in_introspection] }
          - { name: rights, claims: [roles, permissions, org_id, org_name] }
          - { name: note, claims: [note] }
          - { name: orders.read }
          - { name: orders.write }
          - { name: stock.read }
        api_resources:
          - { name: orders, scopes: [orders.read, orders.write], claims: ["https://orders.test/manager"], client_secrets: [{ value: "plain:orders-secret" }] }
          - { name: stock, scopes: [orders.read, stock.read], client_secrets: [{ value: "plain:stock-secret" }] }
        clients:
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], id_token_claims: scopes,
              scope: openid profile groups work places rights note orders.read orders.write stock.read }
          - { client_id: web, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:web-secret" }],
              redirect_uris: ["https://web.test/cb"], scope: openid groups places offline_access }
          - { client_id: opaque, grant_types: [password], client_secrets: [{ value: "plain:opaque-secret" }], access_token_format: reference,
              scope: openid groups rights }
          - client_id: machine
            grant_types: [client_credentials, password]
            client_secrets: [{ value: "plain:machine-secret" }]
            scope: openid orders.read groups
            claims:
              - { name: tier, value: { level: 2, "näme": [a, null] } }
              - { name: everywhere, value: yes, destinations: [access_token, id_token, userinfo, introspection] }
        """;

    [OneTimeSetUp]
    public async Task StoreDetailsAsync()
    {
        await using var context = Hub.NewContext();
        var alice = Guid.Parse(Parts.AliceId);
        context.AddRange(
            new ClientAccount
            {
                UserId = alice,
                CustomData = """{"work":{"department":"Sales","manager":true}}""",
                CreatedAt = FakeTime.Start,
            },
            new IdentityUserClaim<Guid> { UserId = alice, ClaimType = "employee", ClaimValue = "4711" },
            new IdentityUserClaim<Guid> { UserId = alice, ClaimType = "team", ClaimValue = "red" });
        await context.SaveChangesAsync();
    }

    [Test]
    public async Task Groups_are_in_the_access_token_the_id_token_userinfo_and_introspection()
    {
        var tokens = await Client.LoginAsync("app", scope: "openid profile groups");
        var info = (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json;

        Assert.Multiple(() =>
        {
            foreach (var place in new[] { Payload(tokens["access_token"]), Payload(tokens["id_token"]), info })
                Assert.That(Raw(place, "groups"), Is.EqualTo("""["org-admin","reader"]"""));
            Assert.That(Raw(Payload(tokens["id_token"]), "name"), Is.EqualTo("\"Alice Archer\""));
        });
        Assert.That(
            Raw((await Client.IntrospectAsync("app", tokens["access_token"])).Json, "groups"), Is.EqualTo("""["org-admin","reader"]"""));
    }

    [Test]
    public async Task Data_of_the_account_and_claims_of_another_system_have_their_types()
    {
        var token = Payload((await Client.LoginAsync("app", scope: "openid work"))["access_token"]);

        Assert.That(
            (Raw(token, "department"), Raw(token, "staff_number"), Raw(token, "teams")), Is.EqualTo(("\"Sales\"", "4711", """["red"]""")));
    }

    [Test]
    public async Task A_claim_is_where_its_destinations_say_and_nowhere_else()
    {
        var tokens = await Client.LoginAsync("app", scope: "openid places");
        (string Place, JsonElement Claims)[] places =
        [
            ("in_access_token", Payload(tokens["access_token"])), ("in_id_token", Payload(tokens["id_token"])),
            ("in_userinfo", (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json),
            ("in_introspection", (await Client.IntrospectAsync("app", tokens["access_token"])).Json),
        ];

        foreach (var (place, claims) in places)
            Assert.That(
                claims.EnumerateObject().Select(claim => claim.Name).Where(name => name.StartsWith("in_", StringComparison.Ordinal)),
                Is.EqualTo([place]), place);
    }

    [Test]
    public async Task Roles_permissions_and_organization_need_no_definition()
    {
        var tokens = await Client.LoginAsync("app", scope: "openid rights");
        var info = (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json;

        Assert.Multiple(() =>
        {
            Assert.That(Raw(info, "roles"), Is.EqualTo("""["org-admin","reader"]"""));
            Assert.That(Raw(info, "permissions"), Is.EqualTo("""["session.read","user.block"]"""));
            Assert.That((Raw(info, "org_id"), Raw(info, "org_name")), Is.EqualTo(("\"acme\"", "\"Acme\"")));
            Assert.That(Raw(Payload(tokens["id_token"]), "org_id"), Is.EqualTo("\"acme\""));
            Assert.That(
                Payload(tokens["access_token"]).EnumerateObject().Count(claim => claim.Name == "org_id"), Is.EqualTo(1), "not twice");
        });
    }

    [Test]
    public async Task A_user_without_any_of_it_has_none_of_it()
    {
        var tokens = await Client.LoginAsync("app", "bob", scope: "openid rights work groups");
        var info = (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json;

        Assert.That(info.EnumerateObject().Select(claim => claim.Name), Is.EqualTo(["sub"]));
    }

    [Test]
    public async Task An_opaque_token_has_its_claims_at_userinfo_and_introspection()
    {
        var token = (await Client.LoginAsync("opaque", scope: "openid groups rights"))["access_token"];
        var introspected = await Client.IntrospectAsync("opaque", token);

        Assert.That(Raw((await Client.GetAnswerAsync(UserInfo, token)).Json, "groups"), Is.EqualTo("""["org-admin","reader"]"""));
        Assert.That(Raw(introspected.Json, "groups"), Is.EqualTo("""["org-admin","reader"]"""));
        Assert.That(introspected.Json.EnumerateObject().Count(claim => claim.Name == "org_id"), Is.EqualTo(1));
    }

    [Test, Spec("RFC 7662", "2.2")]
    public async Task A_claim_of_an_API_is_for_that_API_alone()
    {
        const string Manager = "https://orders.test/manager";
        var forOrders = (await Client.LoginAsync("app", scope: "openid orders.write"))["access_token"];
        var forBoth = (await Client.LoginAsync("app", scope: "openid orders.read"))["access_token"];
        var forStock = (await Client.LoginAsync("app", scope: "openid stock.read"))["access_token"];

        Assert.Multiple(() =>
        {
            Assert.That(Raw(Payload(forOrders), Manager), Is.EqualTo("true"));
            Assert.That(Raw(Payload(forStock), Manager), Is.Null);
            Assert.That(Raw(Payload(forBoth), Manager), Is.Null, "the other API reads it too");
        });
        Assert.That(Raw((await Client.IntrospectAsync("orders", forBoth)).Json, Manager), Is.EqualTo("true"));
        Assert.That(Raw((await Client.IntrospectAsync("stock", forBoth)).Json, Manager), Is.Null);
        Assert.That(Raw((await Client.IntrospectAsync("orders", forOrders)).Json, Manager), Is.EqualTo("true"));
        Assert.That(Raw((await Client.IntrospectAsync("stock", forOrders)).Json, Manager), Is.Null);
        Assert.That(Raw((await Client.GetAnswerAsync(UserInfo, forOrders)).Json, Manager), Is.Null);
    }

    [Test, Spec("OpenID Connect Core", "5.5")]
    public async Task A_request_can_ask_for_a_claim_by_name_within_the_scopes_of_its_client()
    {
        var tokens = await Client.TokensAsync(
            "web", ("scope", "openid offline_access"),
            ("claims",
                """
                {"id_token":{"groups":null,"in_userinfo":null,"roles":null},"userinfo":{"groups":null,"in_id_token":null,"department":null}}
                """));
        for (var i = 0; i < 2; i++)
        {
            Assert.That(
                Payload(tokens["id_token"]).EnumerateObject().Select(claim => claim.Name),
                Does.Contain("groups").And.Not.Contain("in_userinfo").And.Not.Contain("roles"));
            Assert.That(
                (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json.EnumerateObject().Select(claim => claim.Name),
                Is.EqualTo(["sub", "groups"]));
            tokens = await Client.RefreshAsync("web", tokens["refresh_token"], null);
        }
    }

    [Test, Spec("OpenID Connect Core", "5.5")]
    public async Task A_claim_that_was_asked_for_by_name_ends_with_the_scope_of_the_client()
    {
        await using var hub = await StartHubAsync();
        var tokens = await hub.Client.TokensAsync(
            "web", ("scope", "openid offline_access"), ("claims", """{"userinfo":{"groups":null}}"""));
        Assert.That(await NamesAsync(), Does.Contain("groups"));

        hub.Installation.WriteConfig(
            Config.Replace("scope: openid groups places offline_access", "scope: openid places offline_access", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () =>
            {
                hub.Time.Advance(TimeSpan.FromSeconds(1));
                return !(await NamesAsync()).Contains("groups");
            },
            TimeSpan.FromSeconds(20),
            "userinfo answers it no more");

        async Task<List<string>> NamesAsync() =>
            [.. (await hub.Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json.EnumerateObject().Select(claim => claim.Name)];
    }

    [Test]
    public async Task Introspection_of_a_refresh_token_is_about_the_same_organization()
    {
        var tokens = await Client.LoginAsync("app", scope: "openid rights");
        var introspected = (await Client.IntrospectAsync("app", tokens["refresh_token"])).Json;

        Assert.That(
            (Raw(introspected, "roles"), Raw(introspected, "org_name")), Is.EqualTo(("""["org-admin","reader"]""", "\"Acme\"")));
    }

    [Test]
    public async Task Claims_of_a_client_are_in_its_own_tokens_and_in_those_of_its_users()
    {
        const string Tier = """{"level":2,"n\u00E4me":["a",null]}""";
        var own = (await Client.MachineAsync("machine"))["access_token"];
        var login = await Client.LoginAsync("machine", scope: "openid groups");
        var info = (await Client.GetAnswerAsync(UserInfo, login["access_token"])).Json;

        Assert.Multiple(() =>
        {
            Assert.That((Raw(Payload(own), "tier"), Raw(Payload(own), "everywhere")), Is.EqualTo((Tier, "\"yes\"")));
            Assert.That(Raw(Payload(own), "groups"), Is.Null);
            Assert.That(Raw(Payload(login["access_token"]), "tier"), Is.EqualTo(Tier));
            foreach (var place in new[] { Payload(login["id_token"]), info })
                Assert.That((Raw(place, "tier"), Raw(place, "everywhere")), Is.EqualTo(((string?)null, "\"yes\"")));
        });
        Assert.That(Raw((await Client.IntrospectAsync("machine", own)).Json, "everywhere"), Is.EqualTo("\"yes\""));
    }

    [Test]
    public async Task Claims_of_a_client_cost_no_statement_and_roles_no_more_than_an_address()
    {
        await using var hub = await StartHubAsync();
        await hub.Client.MachineAsync("machine");
        var statements = hub.RecordStatements();
        var own = await hub.Client.MachineAsync("machine");
        Assert.That((Raw(Payload(own["access_token"]), "everywhere"), statements.Count), Is.EqualTo(("\"yes\"", 0)));

        var counts = new List<int>();
        foreach (var scope in new[] { "openid profile", "openid groups rights work" })
        {
            var token = (await hub.Client.LoginAsync("app", scope: scope))["access_token"];
            await hub.Client.GetAnswerAsync(UserInfo, token);
            statements.Clear();
            await hub.Client.GetAnswerAsync(UserInfo, token);
            counts.Add(statements.Count);
        }

        Assert.That(counts[1], Is.EqualTo(counts[0]));
    }

    [Test]
    public async Task A_claim_that_would_make_a_token_too_long_is_left_out_of_tokens_and_logged()
    {
        var user = await Hub.AddUserAsync();
        await using (var context = Hub.NewContext())
        {
            var data = $$"""{"note":"{{new string('é', 4000)}}"}""";
            context.Add(new ClientAccount { UserId = user.Id, CustomData = data, CreatedAt = FakeTime.Start });
            await context.SaveChangesAsync();
        }

        var tokens = await Client.LoginAsync("app", user.UserName!, HubUsers.Password, "openid note");
        var info = (await Client.GetAnswerAsync(UserInfo, tokens["access_token"])).Json;

        Assert.That(tokens.Status, Is.EqualTo(200), tokens.ToString());
        foreach (var token in new[] { "access_token", "id_token" })
            Assert.That(Raw(Payload(tokens[token]), "note"), Is.Null);
        Assert.That(info.GetProperty("note").GetString(), Has.Length.EqualTo(4000));
        Assert.That(Hub.Logs.Records, Has.Some.Contains("The claims note of user"));
    }

    private static string? Raw(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) ? value.GetRawText() : null;

    private static JsonElement Payload(string? token) =>
        JsonElement.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(new JsonWebToken(token).EncodedPayload));
}
