using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary>What an operator does to users and their sessions, beside a running server. Each test has a user of its own.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class UserAdministrationTests(DatabaseKind kind)
{
    private const string Config =
        """
        clients:
          - client_id: web
            grant_types: [password, refresh_token]
            client_secrets: [{ value: "plain:web-secret" }]
            scope: openid offline_access
            backchannel_logout_uri: "https://web.test/logout"
        organizations:
          - { id: acme, name: Acme }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, given_name: Alice, organization: acme, password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
          - { id: 33333333-3333-4333-8333-333333333333, user_name: carol, password: "plain:Alice-Pass-1234" }
          - { id: 44444444-4444-4444-8444-444444444444, user_name: dave, password: "plain:Alice-Pass-1234", enabled: false }

        """;

    private readonly HubShell _hub = new();
    private Installation _installation = null!;
    private Hub _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _node = await _installation.StartNodeAsync(TimeProvider.System);
        _hub.With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString).With("COLUMNS", "120");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task Users_are_listed_by_name_and_found_by_part_of_it()
    {
        var all = await _hub.RunAsync("users", "list", "--json");
        var found = await _hub.RunAsync("users", "list", "--search", "LICE@ex", "--json");
        var disabled = await _hub.RunAsync("users", "list", "--disabled");
        var behind = await _hub.RunAsync("users", "list", "--after", "bob", "--limit", "1", "--json");

        Assert.That(NamesOf(all), Is.SupersetOf(["alice", "bob", "carol", "dave"]).And.Ordered);
        Assert.That(NamesOf(found), Is.EqualTo(["alice"]));
        Assert.That(disabled.Output, Does.Contain("dave").And.Contain("user_disabled").And.Not.Contain("carol"));
        Assert.That(NamesOf(behind), Is.EqualTo(["carol"]));
    }

    [Test]
    public async Task A_user_is_shown_without_any_credential()
    {
        var shown = await _hub.RunAsync("users", "show", "ALICE@example.com");
        var json = await _hub.RunAsync("users", "show", "alice", "--json");
        var unknown = await _hub.RunAsync("users", "show", "nobody");

        Assert.That(
            shown.Output,
            Does.Match(@"(?m)^E-mail +alice@example.com \(").And.Match("(?m)^Organization +acme$").And.Match("(?m)^Credentials +password$")
        );
        using var user = JsonDocument.Parse(json.Output);
        Assert.That(user.RootElement.GetProperty("status").GetString(), Is.EqualTo("active"));
        Assert.That(json.Output, Does.Not.Contain("hash").And.Not.Contain("stamp"));
        Assert.That(
            (unknown.ExitCode, unknown.Error), Is.EqualTo((1, "There is no user with this name, e-mail address, phone number or id.")));
    }

    [Test]
    public async Task An_erased_account_is_not_enabled_again()
    {
        var dave = Guid.Parse("44444444-4444-4444-8444-444444444444");
        await using var context = _node.NewContext();
        context.Add(new ClientAccount { UserId = dave, CreatedAt = DateTimeOffset.UnixEpoch, DeletedAt = DateTimeOffset.UnixEpoch });
        await context.SaveChangesAsync();

        var enabled = await _hub.RunAsync("users", "enable", $"{dave}");

        Assert.That(
            (enabled.ExitCode, enabled.Error), Is.EqualTo((1, "The account of the user is erased. Nothing has changed.")));
        Assert.That((await context.Users.AsNoTracking().SingleAsync(user => user.Id == dave)).DisabledAt, Is.Not.Null);
    }

    [Test]
    public async Task A_disabled_user_is_refused_until_they_are_enabled_and_what_they_had_stays_ended()
    {
        var refresh = await LoginAsync("bob");

        var disabled = await _hub.RunAsync("users", "disable", "bob", "--key-file", _installation.KeyFile);
        var whileDisabled = await _node.Client.TokenAsync([
            .. Client,
            ("grant_type", "password"),
            ("username", "bob"),
            ("password", "Alice-Pass-1234")
        ]);
        var enabled = await _hub.RunAsync("users", "enable", "bob");
        var refreshed = await RefreshAsync(refresh);

        Assert.That((disabled.ExitCode, disabled.Output, enabled.ExitCode, enabled.Output), Is.EqualTo((0, "", 0, "")));
        Assert.That(
            disabled.Error, Does.Match(@"^The user stands in the configuration files \(hub\.yaml:\d+\)\. Set 'enabled: false' there"));
        Assert.That(enabled.Error, Does.Contain("Set 'enabled: true' there"));
        Assert.That((whileDisabled.Status, refreshed.Status), Is.EqualTo((400, 400)));
        Assert.That(await LoginAsync("bob"), Is.Not.Empty);
        Assert.That(await TypesOfAsync("22222222-2222-4222-8222-222222222222"), Does.Contain("user.disabled").And.Contain("user.enabled"));
        Assert.That(await NoticesAsync(), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_user_who_is_in_no_file_is_disabled_without_a_warning_and_one_of_a_disabled_organization_is_listed_as_such()
    {
        await using (var context = _installation.Database.NewContext())
        {
            context.Organizations.Add(new() { Id = "closed", Name = "Closed", DisabledAt = TimeProvider.System.GetUtcNow() });
            context.Users.Add(new() { Id = Guid.NewGuid(), UserName = "erin", NormalizedUserName = "ERIN", OrganizationId = "closed" });
            await context.SaveChangesAsync();
        }

        var listed = await _hub.RunAsync("users", "list", "--organization", "closed");
        var disabled = await _hub.RunAsync("users", "disable", "erin", "--key-file", _installation.KeyFile);
        var listedAgain = await _hub.RunAsync("users", "list", "--organization", "closed");

        Assert.That((disabled.ExitCode, disabled.Error), Is.EqualTo((0, "")));
        Assert.That(listed.Output, Does.Contain("organization_disabled"));
        Assert.That(listedAgain.Output, Does.Contain("user_disabled"));
    }

    [Test]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all()
    {
        var first = await LoginAsync("carol");
        var listed = await _hub.RunAsync("sessions", "list", "carol", "--json");
        using var sessions = JsonDocument.Parse(listed.Output);
        var id = sessions.RootElement[0].GetProperty("id").GetString()!;

        var ended = await _hub.RunAsync("sessions", "end", id, "--key-file", _installation.KeyFile);
        var again = await _hub.RunAsync("sessions", "end", id, "--key-file", _installation.KeyFile);
        var afterOne = await RefreshAsync(first);
        var second = await LoginAsync("carol");
        var all = await _hub.RunAsync("sessions", "end", "--user", "carol", "--key-file", _installation.KeyFile);
        var afterAll = await RefreshAsync(second);

        Assert.That((ended.ExitCode, ended.Error, all.ExitCode, all.Error), Is.EqualTo((0, "", 0, "")));
        Assert.That((again.ExitCode, again.Error), Is.EqualTo((1, "There is no live session with this id.")));
        Assert.That((afterOne.Status, afterAll.Status), Is.EqualTo((400, 400)));
        Assert.That((await _hub.RunAsync("sessions", "list", "carol")).Output, Is.Empty);
        Assert.That((await TypesOfAsync("33333333-3333-4333-8333-333333333333")).Count(type => type == "session.ended"), Is.EqualTo(2));
    }

    [Test]
    public async Task Either_a_session_or_a_user_is_named()
    {
        var neither = await _hub.RunAsync("sessions", "end");
        var both = await _hub.RunAsync("sessions", "end", "33333333-3333-4333-8333-333333333333", "--user", "carol");

        Assert.That(
            (neither.ExitCode, both.ExitCode, neither.Error, both.Error),
            Is.EqualTo((1, 1, "Name either a session or --user.", "Name either a session or --user.")));
    }

    private static (string, string)[] Client => [("client_id", "web"), ("client_secret", "web-secret")];

    private static IEnumerable<string?> NamesOf(HubResult result) =>
        result
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line =>
            {
                using var user = JsonDocument.Parse(line);
                return user.RootElement.GetProperty("user_name").GetString();
            });

    private async Task<string> LoginAsync(string user)
    {
        var answer = await _node.Client.TokenAsync([
            .. Client,
            ("grant_type", "password"),
            ("username", user),
            ("password", "Alice-Pass-1234"),
            ("scope", "openid offline_access")
        ]);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        using var tokens = JsonDocument.Parse(answer.Body);
        return tokens.RootElement.GetProperty("refresh_token").GetString()!;
    }

    private Task<Answer> RefreshAsync(string token) =>
        _node.Client.TokenAsync([.. Client, ("grant_type", "refresh_token"), ("refresh_token", token)]);

    private async Task<List<string>> TypesOfAsync(string user)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(_installation.Database.Open()));
        var id = Guid.Parse(user);
        return await context.AuditEvents.Where(row => row.UserId == id && row.Endpoint == "hub").Select(row => row.Type).ToListAsync();
    }

    private async Task<int> NoticesAsync()
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(_installation.Database.Open()));
        return await context.OutboxMessages.CountAsync(message => message.Channel == "backchannel-logout");
    }
}
