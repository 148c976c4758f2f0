using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Tokens;

/// <summary>What an operator learns of tokens, and how they end them, while a server runs.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class TokenCommandTests(DatabaseKind kind)
{
    private const string Config =
        """
        scopes:
          - { name: orders.read }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
          - { client_id: reference, grant_types: [client_credentials], client_secrets: [{ value: "plain:reference-secret" }], scope: orders.read, access_token_format: reference }
          - { client_id: web, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:web-secret" }], scope: openid orders.read offline_access }
          - { client_id: other, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:other-secret" }], scope: openid orders.read offline_access, access_token_format: reference }
          - { client_id: lone, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:lone-secret" }], scope: openid offline_access, access_token_format: reference }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
          - { id: 33333333-3333-4333-8333-333333333333, user_name: carol, password: "plain:Alice-Pass-1234" }

        """;

    private readonly HubShell _hub = new();
    private Installation _installation = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _client = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        _hub.With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task A_live_token_of_each_kind_is_described_and_never_shown()
    {
        var login = await LoginAsync("web", "alice");
        var reference = (await _client.MachineAsync("reference"))["access_token"]!;

        var jwt = await InspectAsync(login["access_token"]!);
        var opaque = await InspectAsync(reference);
        var refresh = await InspectAsync(login["refresh_token"]!);
        var statement = await InspectAsync(login["id_token"]!);

        Assert.That(Summary(jwt), Is.EqualTo(("access_token", "jwt", true, "web")));
        Assert.That(Summary(opaque), Is.EqualTo(("access_token", "opaque", true, "reference")));
        Assert.That(Summary(refresh), Is.EqualTo(("refresh_token", "opaque", true, "web")));
        Assert.That(Summary(statement), Is.EqualTo(("id_token", "jwt", true, "web")));
        Assert.That(jwt.GetProperty("user_name").GetString(), Is.EqualTo("alice"));
        Assert.That(jwt.GetProperty("algorithm").GetString(), Is.EqualTo("ES256"));
        Assert.That(opaque.GetProperty("scopes").ToString(), Is.EqualTo("""["orders.read"]""").IgnoreWhiteSpace);
        foreach (var token in new[] { login["access_token"]!, login["refresh_token"]!, reference })
        {
            var shown = await _hub.RunWithInputAsync($"  {token}\r\n", "tokens", "inspect");
            Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
            Assert.That(shown.Output, Does.Match("(?m)^Live +yes$").And.Not.Contain(token).And.Not.Contain(token[^20..]));
        }
    }

    [Test]
    public async Task A_token_that_is_not_live_says_why()
    {
        var login = await LoginAsync("web", "bob");
        var refreshed = await _client.RefreshAsync("web", login["refresh_token"]);
        Assert.That(refreshed.Status, Is.EqualTo(200));

        var used = await _hub.RunWithInputAsync(login["refresh_token"]!, "tokens", "inspect");
        await _hub.RunAsync("users", "disable", "bob");
        var access = await _hub.RunWithInputAsync(login["access_token"]!, "tokens", "inspect");
        var refresh = await InspectAsync(refreshed["refresh_token"]!);

        Assert.That(used.Output, Does.Contain("no: refresh_token_reused. The refresh token was used before"));
        Assert.That(access.Output, Does.Match("(?m)^Live +no: refresh_family_revoked\\. "));
        Assert.That(access.Output, Does.Match(@"(?m)^Session ended +\S+Z, user_disabled\. An administrator has disabled the user\.$"));
        Assert.That(
            (refresh.GetProperty("live").GetBoolean(), refresh.GetProperty("revoke_reason").GetString()),
            Is.EqualTo((false, "user_disabled")));
    }

    [Test]
    public async Task One_token_is_revoked_with_its_audit_row_and_once_only()
    {
        var login = await LoginAsync("web", "alice");
        var tokens = new[]
        {
            (await _client.MachineAsync("machine"))["access_token"]!, (await _client.MachineAsync("reference"))["access_token"]!,
        };
        foreach (var token in tokens)
        {
            var first = await _hub.RunWithInputAsync(token, "tokens", "revoke");
            var second = await _hub.RunWithInputAsync(token, "tokens", "revoke");

            Assert.That(await _client.IsActiveAsync("orders", token), Is.False);
            Assert.That(first.Output, Is.EqualTo(
                "Revoked: refresh tokens of 0 logins, with what was issued with them, and 1 other access tokens."));
            Assert.That(
                (first.ExitCode, second.ExitCode, second.Error),
                Is.EqualTo((0, 1, "The token was revoked before; nothing was changed.")));
        }

        var family = await _hub.RunWithInputAsync(login["refresh_token"]!, "tokens", "revoke", "--json");

        Assert.That((family.ExitCode, family.Error), Is.EqualTo((0, "")));
        Assert.That((await _client.RefreshAsync("web", login["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That(await _client.IsActiveAsync("orders", login["access_token"]), Is.False, "it was issued with the refresh token");
        await using var context = NewContext();
        var rows = await context.AuditEvents.Where(row => row.Endpoint == "hub" && row.Detail == "revoked by hub tokens revoke")
            .Select(row => new { row.Type, row.ClientId }).ToListAsync();
        Assert.That(
            rows.Select(row => (row.Type, row.ClientId)),
            Is.EquivalentTo(new[] { ("token.revoked", "machine"), ("token.revoked", "reference"), ("family.revoked", "web") }));
    }

    [Test]
    public async Task All_tokens_of_a_user_at_a_client_or_of_a_client_are_revoked_after_a_yes()
    {
        var (one, two) = (await LoginAsync("other", "carol"), await LoginAsync("lone", "carol"));

        var unasked = await _hub.RunAsync("tokens", "revoke", "--user", "carol");
        var both = await _hub.RunAsync("tokens", "revoke", "--user", "carol", "--client", "other", "--yes", "--json");
        var stays = await _client.RefreshAsync("lone", two["refresh_token"]);
        var all = await _hub.RunAsync("tokens", "revoke", "--client", "lone", "--yes");

        Assert.That(
            (unasked.ExitCode, unasked.Error),
            Is.EqualTo((1, "Nothing was done: standard input is no terminal, so that no one can confirm it. Give --yes.")));
        Assert.That(both.Output, Is.EqualTo("""{"refresh_token_families":1,"access_tokens":1}""").IgnoreWhiteSpace);
        Assert.That((await _client.RefreshAsync("other", one["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That(stays.Status, Is.EqualTo(200));
        Assert.That((all.ExitCode, all.Error), Is.EqualTo((0, "")));
        Assert.That((await _client.RefreshAsync("lone", stays["refresh_token"])).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task What_is_no_token_of_this_installation_is_refused_without_showing_it()
    {
        using var foreign = JwtSigner.Create("ES256");
        var jwt = (await _client.MachineAsync("machine"))["access_token"]!;
        var forged = jwt[..^8] + (jwt[^8] == 'A' ? 'B' : 'A') + jwt[^7..];
        var cases = new (string Token, string Fault)[]
        {
            ("", "There is no token on standard input."),
            ("hello", "This is no token of this installation. "),
            (OpaqueToken.Create(OpaqueTokenType.RefreshToken)[..^1] + "!", "This begins as a token of this program does"),
            (OpaqueToken.Create(OpaqueTokenType.ApiKey), "This is an API key, and no token."),
            (OpaqueToken.Create(OpaqueTokenType.RefreshToken), "No such refresh token was issued"),
            (OpaqueToken.Create(OpaqueTokenType.AccessToken), "No such access token was issued"),
            (foreign.CreateJwt("at+jwt", "{}"u8), "No published key of this installation has signed the token"),
            (forged, "The signature is wrong: the token was changed, or forged."),
        };

        foreach (var (token, fault) in cases)
        {
            foreach (var command in new[] { "inspect", "revoke" })
            {
                var result = await _hub.RunWithInputAsync(token, "tokens", command);
                Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")), token);
                Assert.That(result.Error, Does.StartWith(fault));
                Assert.That(token.Length == 0 || !result.Error.Contains(token, StringComparison.Ordinal), Is.True);
            }
        }
    }

    [Test]
    public async Task A_statement_about_a_login_is_not_revoked_and_a_client_that_does_not_exist_is_named()
    {
        var login = await LoginAsync("web", "alice");

        var statement = await _hub.RunWithInputAsync(login["id_token"]!, "tokens", "revoke");
        var unknown = await _hub.RunAsync("tokens", "revoke", "--client", "machin", "--yes");
        var noUser = await _hub.RunAsync("tokens", "revoke", "--user", "nobody", "--yes");
        var empty = await _hub.RunAsync("tokens", "revoke", "--client", "", "--yes");

        Assert.That((statement.ExitCode, statement.Error), Is.EqualTo((
            1, "This is an id_token: it gives no right, and cannot be revoked. Its session is ended by: hub sessions end SESSION_ID")));
        Assert.That((unknown.ExitCode, unknown.Error), Is.EqualTo((
            1, "No client 'machin' is applied, and none of this name has tokens; did you mean 'machine'?")));
        Assert.That(noUser.ExitCode, Is.EqualTo(1));
        Assert.That((empty.ExitCode, empty.Error), Is.EqualTo((1, "--client and --user must not be empty.")));
    }

    private static (string?, string?, bool, string?) Summary(JsonElement token) => (
        token.GetProperty("kind").GetString(), token.GetProperty("form").GetString(), token.GetProperty("live").GetBoolean(),
        token.GetProperty("client_id").GetString());

    private HubDbContext NewContext() => _installation.Database.NewContext();

    private async Task<JsonElement> InspectAsync(string token)
    {
        var result = await _hub.RunWithInputAsync(token, "tokens", "inspect", "--json");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, "")));
        return JsonElement.Parse(result.Output);
    }

    private async Task<Answer> LoginAsync(string client, string user)
    {
        var answer = await _client.LoginAsync(client, user, scope: client == "lone" ? "openid offline_access" : null);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer;
    }
}
