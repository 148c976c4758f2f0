using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Claims;

public class ClaimPreviewTests
{
    private const string Files =
        """
        organizations: [{ id: acme, name: Acme }]
        roles: [{ name: org-admin, permissions: [session.read, user.block] }]
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234",
              given_name: Alice, family_name: Archer, organization: acme, roles: [org-admin] }
        claims:
          - { name: groups, source: roles }
          - { name: manager, source: custom_data, path: work.manager }
        scopes: [{ name: groups, claims: [groups, permissions] }, { name: orders.read }]
        api_resources: [{ name: orders, scopes: [orders.read], claims: [org_name, manager] }]
        clients:
          - client_id: web
            grant_types: [authorization_code, client_credentials]
            client_secrets: [{ value: "plain:web-secret" }]
            redirect_uris: ["https://web.example/cb"]
            id_token_claims: scopes
            scope: openid profile email groups orders.read
            claims: [{ name: tier, value: { level: 2 }, destinations: [access_token, id_token] }]
          - client_id: opaque
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:opaque-secret" }]
            access_token_format: reference
            scope: orders.read
        """;

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task The_claims_of_a_user_are_shown_as_they_would_be_issued([Values] DatabaseKind kind)
    {
        await using var database = await ApplyAsync(kind);
        string[] call = ["claims", "preview", "--client", "web", "--user", "alice@example.com"];
        var narrow = await _hub.With("COLUMNS", "80").RunAsync(call);
        var wide = await _hub.With("COLUMNS", "200").RunAsync(call);
        var json = await _hub.RunAsync([.. call, "--scope", "openid groups", "--json"]);

        Assert.That((narrow.ExitCode, narrow.Error), Is.EqualTo((0, "")));
        Assert.That(narrow.Output.Split('\n'), Has.All.Length.AtMost(80));
        Golden.Verify("claims-80", WithoutTime(narrow.Output));
        Golden.Verify("claims-200", WithoutTime(wide.Output));
        var shown = JsonDocument.Parse(json.Output).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(shown.GetProperty("scope").GetString(), Is.EqualTo("openid groups"));
            Assert.That(
                Compact(shown, "access_token"),
                Is.EqualTo(
                    """{"sub":"11111111-1111-4111-8111-111111111111","org_id":"acme","tier":{"level":2},"groups":["org-admin"],"permissions":["session.read","user.block"]}"""));
            Assert.That(
                Compact(shown, "id_token"),
                Is.EqualTo(
                    """{"sub":"11111111-1111-4111-8111-111111111111","tier":{"level":2},"groups":["org-admin"],"permissions":["session.read","user.block"]}"""));
            Assert.That(
                Compact(shown, "userinfo"),
                Is.EqualTo(
                    """{"sub":"11111111-1111-4111-8111-111111111111","groups":["org-admin"],"permissions":["session.read","user.block"]}"""));
            Assert.That(Compact(shown, "left_out"), Is.EqualTo("[]"));
        });
    }

    [Test]
    public async Task A_client_that_acts_for_itself_has_its_own_claims_only()
    {
        await using var database = await ApplyAsync(DatabaseKind.Sqlite);
        var web = JsonDocument.Parse((await _hub.RunAsync("claims", "preview", "--client", "web", "--json")).Output).RootElement;
        var opaque = JsonDocument.Parse((await _hub.RunAsync("claims", "preview", "--client", "opaque", "--json")).Output).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(Compact(web, "access_token"), Is.EqualTo("""{"sub":"web","tier":{"level":2}}"""));
            Assert.That(
                (Compact(web, "id_token"), Compact(web, "userinfo"), Compact(web, "user_id")), Is.EqualTo(("null", "null", "null")));
            Assert.That(
                (Compact(opaque, "access_token"), Compact(opaque, "introspection")), Is.EqualTo(("null", """{"sub":"opaque"}""")));
        });
    }

    [Test]
    public async Task What_there_is_not_is_told()
    {
        await using var database = await ApplyAsync(DatabaseKind.Sqlite);
        var client = await _hub.RunAsync("claims", "preview", "--client", "wep");
        var user = await _hub.RunAsync("claims", "preview", "--client", "web", "--user", "bob");
        var scope = await _hub.RunAsync("claims", "preview", "--client", "web", "--scope", "openid group");
        var malformed = await _hub.RunAsync("claims", "preview", "--client", "web", "--scope", "a\"b");
        var none = await _hub.RunAsync("claims", "preview");

        Assert.Multiple(() =>
        {
            Assert.That((client.ExitCode, client.Error), Is.EqualTo((1, "No client 'wep' is applied; did you mean 'web'?")));
            Assert.That(
                (user.ExitCode, user.Error), Is.EqualTo((1, "There is no user with this name, e-mail address, phone number or id.")));
            Assert.That(
                (scope.ExitCode, scope.Error), Is.EqualTo((1, "Client 'web' may not ask for the scope 'group'; did you mean 'groups'?")));
            Assert.That(
                (malformed.ExitCode, malformed.Error), Is.EqualTo((1, "--scope is not a list of scope names separated by blanks.")));
            Assert.That((none.ExitCode, none.Error), Is.EqualTo((2, "Option '--client' is required.")));
        });
    }

    private async Task<TestDatabase> ApplyAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .WithFile("config/a.yaml", Files);
        var applied = await _hub.RunAsync("config", "apply", "--stage", "development");
        Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")));
        return database;
    }

    private static string WithoutTime(string output) => Regex.Replace(output, @"(updated_at +)\d+", "$1TIME");

    private static string Compact(JsonElement shown, string member) => JsonSerializer.Serialize(shown.GetProperty(member));
}
