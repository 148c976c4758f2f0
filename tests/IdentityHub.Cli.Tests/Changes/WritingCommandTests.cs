using System.CommandLine;
using System.Globalization;
using IdentityHub.Cli.Tests.Keys;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Changes;

/// <summary>
/// Every command that changes the database writes an audit row, and changes nothing where the row cannot be written. A new command must be
/// put into one of the lists.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class WritingCommandTests(DatabaseKind kind)
{
    private const string Config =
        """
        user_attributes:
          - { name: number, type: integer }
        scopes: [{ name: orders.read }]
        clients:
          - { client_id: web, grant_types: [password], client_secrets: [{ value: "plain:web-secret" }], scope: orders.read }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234" }
        """;

    // In the order in which they are called on one database. 'db restored' is last: it ends what the others need.
    private static readonly Writing[] Writers =
    [
        new("api-keys issue", "api_key.issued", "api-keys issue crm --permission session.read"),
        new("api-keys rotate", "api_key.rotated", "api-keys rotate old"),
        new("api-keys revoke", "api_key.revoked", "api-keys revoke old"),
        new("config apply", "config.applied", "config apply --config more --stage development"),
        new("db issuer", "database.issuer_changed", "db issuer https://id.example.com"),
        new("db seed", "database.seeded", "db seed --stage development --users 2 --organizations 1"),
        new("users create", "user.created", "users create bob --password-stdin", "correct horse battery\n"),
        new("users import", "users.imported", "users import people.jsonl"),
        new("users attributes", "profile.changed", "users attributes alice number=5"),
        new("users hash-login", "hash_login.disabled", "users hash-login alice off"),
        new("users password", "password.forced", "users password alice --password-stdin", "correct horse battery 2\n"),
        new("users reset-password", "password.forced", "users reset-password alice --set", "correct horse battery 3\n"),
        new("users reset-factors", "second_factor.reset", "users reset-factors alice"),
        new("users disable", "user.disabled", "users disable alice"),
        new("users enable", "user.enabled", "users enable alice"),
        new("limits lift", "limits.lifted", "limits lift --user alice"),
        new("sessions end", "session.ended", "sessions end --user alice"),
        new("tokens revoke", "tokens.revoked", "tokens revoke --user alice --yes"),
        new("keys rotate", "key.rotated", "keys rotate --algorithm ES256"),
        new("keys import", "key.imported", "keys import old.json --until 30d --kid old-2"),
        new("keys retire", "key.retired", "keys retire old-1"),
        new("keys rewrap", "key.rewrapped", "keys rewrap"),
        new("db restored", "database.restored", "db restored --yes"),
    ];

    // What changes no row of the database.
    private static readonly string[] Readers =
    [
        "audit changes", "audit query", "audit tail", "api-keys list", "claims preview", "clients issue-partner",
        "clients rotate-secret", "clients show",
        "completion bash", "completion pwsh", "completion zsh", "config diff", "config export", "config plan", "config schema",
        "config validate", "db status", "dialects", "doctor", "explain", "import auth0", "import identityserver", "import keycloak",
        "keys list", "limits list", "orgs list", "orgs show", "sessions list", "tokens inspect", "users export", "users factors",
        "users list", "users show",
    ];

    // What writes no audit row, and why.
    private static readonly Dictionary<string, string> Unaudited = new()
    {
        ["db migrate"] = "makes the tables, the audit trail among them; the table of migrations says what was done",
    };

    private Installation _installation = null!;
    private HubShell _hub = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        var more = kind == DatabaseKind.Postgres ? ";Application Name=hub-writing-commands" : "";
        using var foreign = JwtSigner.Create("RS256");
        _hub = new HubShell()
            .With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString + more)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile)
            .WithFile("people.jsonl", """{"user_name":"carol"}""" + "\n")
            .WithFile("old.json", $$"""{"keys":[{{PublicKeys.JsonOf(foreign)}}]}""")
            .WithFile("first/hub.yaml", Config)
            .WithFile("more/hub.yaml", Config.Replace("orders.read", "orders.write", StringComparison.Ordinal));
        await RunAsync("config apply --config first --stage development");
        await RunAsync("keys import old.json --until 30d --kid old-1");
        await using var context = _installation.Database.NewContext();
        var now = TimeProvider.System.GetUtcNow();
        context.Add(new RecoveryCode { UserId = Guid.Parse("11111111-1111-4111-8111-111111111111"), CodeHash = [1], CreatedAt = now });
        context.Add(new ApiKey { Id = Guid.NewGuid(), Name = "old", KeyHash = [1], Permissions = "session.read", CreatedAt = now });
        await context.SaveChangesAsync();
        _installation.Database.KeepFromReuse();
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public void Every_command_is_in_one_of_the_lists() =>
        Assert.That(
            Leaves(HubCommand.Create(), ""),
            Is.EquivalentTo(Writers.Select(writer => writer.Name).Concat(Readers).Concat(Unaudited.Keys)));

    [Test]
    public async Task Every_command_that_writes_has_an_audit_row()
    {
        var missing = new List<string>();
        foreach (var writer in Writers)
        {
            var before = await CountAsync(writer.Event);
            var result = await RunAsync(writer);
            if (result.ExitCode != 0 || await CountAsync(writer.Event) == before)
                missing.Add($"{writer.Line}: {result.ExitCode} {result.Error}");
        }

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task No_command_changes_what_it_cannot_write_into_the_trail()
    {
        await using (var context = _installation.Database.NewContext())
            await context.Database.ExecuteSqlRawAsync(
                kind == DatabaseKind.Sqlite
                    ? "CREATE TRIGGER refuse BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'the trail is full'); END"
                    : "ALTER TABLE audit_events ADD CONSTRAINT refuse CHECK (endpoint <> 'hub') NOT VALID");
        var faults = new List<string>();
        var before = await DumpAsync();
        foreach (var writer in Writers)
        {
            var result = await RunAsync(writer);
            var after = await DumpAsync();
            if (result.ExitCode != 1 || !result.Error.Contains("The database cannot be used: ", StringComparison.Ordinal))
                faults.Add($"{writer.Line}: {result.ExitCode} {result.Error}");
            faults.AddRange(after.Except(before).Concat(before.Except(after)).Select(row => $"{writer.Line}: {row}"));
            before = after;
        }

        Assert.That(faults, Is.Empty);
    }

    private static IEnumerable<string> Leaves(Command command, string name) =>
        command.Subcommands.Count == 0
            ? [name]
            : command.Subcommands.SelectMany(inner => Leaves(inner, name.Length == 0 ? inner.Name : $"{name} {inner.Name}"));

    // 'db restored' must find no one else connected.
    private Task<HubResult> RunAsync(Writing writer)
    {
        _installation.Database.CloseIdle();
        return _hub.RunWithInputAsync(writer.Input, writer.Line.Split(' '));
    }

    private async Task RunAsync(string line)
    {
        var result = await _hub.RunAsync(line.Split(' '));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    private async Task<int> CountAsync(string type)
    {
        await using var context = _installation.Database.NewContext();
        return await context.AuditEvents.CountAsync(row => row.Type == type && row.Endpoint == "hub");
    }

    // Every row of every table as text. The marks are left out: they only say whose database it is.
    private async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        await using var context = _installation.Database.NewContext();
        await context.Database.OpenConnectionAsync();
        var tables = context.Model.GetEntityTypes().Select(entity => entity.GetTableName()).OfType<string>().Distinct();
        foreach (var table in tables.Where(table => table != "installation_marks"))
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add($"{table}: {string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(at => TextOf(reader.GetValue(at))))}");
        }

        return rows;
    }

    private static string TextOf(object value) =>
        value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private sealed record Writing(string Name, string Event, string Line, string Input = "");
}
