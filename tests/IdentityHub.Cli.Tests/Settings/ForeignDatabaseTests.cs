using System.Security.Cryptography;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Settings;

/// <summary>A command with a foreign key file, stage or database writes nothing. ASSURANCE L8, L9.</summary>
public class ForeignDatabaseTests
{
    private const string Key = "data/hub.key";
    private readonly HubShell _hub = new();

    [SetUp]
    public void WriteKey() => _hub.WithFile(Key, NewKey()).WithFile("config/a.yaml", "scopes: [{ name: one }]");

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_Every_command_with_another_key_file_is_refused_and_nothing_is_written([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString);
        var first = await _hub.RunAsync("config", "apply");
        Assert.That(first.ExitCode, Is.Zero, first.Error);

        _hub.WithFile(Key, NewKey())
            .WithFile("config/a.yaml", "scopes: [{ name: two }]")
            .WithFile("people.csv", "user_name,email\nann,ann@example.com\n");
        HubResult[] refused =
        [
            await _hub.RunAsync("config", "apply", "--prune"),
            await _hub.RunWithInputAsync("long-enough-1", "users", "create", "alice"),
            await _hub.RunAsync("users", "import", "people.csv"),
            await _hub.RunAsync("api-keys", "issue", "dialer", "--permission", "session.read"),
        ];

        Assert.That(refused.Select(result => result.ExitCode), Is.All.EqualTo(1));
        Assert.That(
            refused.Select(result => result.Error), Is.All.Contain("is not the key file of this database").And.All.Not.Contain("   at "));
        var open = database.Open();
        Assert.That(await open.Call("SELECT name FROM config_objects").ListAsync(row => row.Text(), default), Is.EqualTo(new[] { "one" }));
        Assert.That(
            await open.Call("SELECT user_name FROM users UNION ALL SELECT name FROM api_keys").ListAsync(row => row.Text(), default),
            Is.Empty);
    }

    [TestCase("development", "production")]
    [TestCase("production", "development")]
    [Spec("ASSURANCE", "L8")]
    public async Task L8_Development_and_production_do_not_share_a_database(string first, string second)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString);
        var applied = await _hub.RunAsync("config", "apply", "--stage", first);
        Assert.That(applied.ExitCode, Is.Zero, applied.Error);

        _hub.WithFile("config/a.yaml", "scopes: [{ name: two }]");
        var refused = await _hub.RunAsync("config", "apply", "--prune", "--stage", second);

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.Contain($"on the stage {first}"));
        Assert.That(
            await database.Open().Call("SELECT name FROM config_objects").ListAsync(row => row.Text(), default),
            Is.EqualTo(new[] { "one" }));
    }

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_No_tables_are_made_among_those_of_another_program([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        var open = database.Open();
        await open.Call("CREATE TABLE invoices (id integer)").ExecuteAsync(default);

        var refused = await _hub.RunAsync("db", "migrate", "--connection-string", database.ConnectionString);

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.Contain("'invoices'"));
        await open.Call("DROP TABLE invoices").ExecuteAsync(default);
        Assert.That(await open.Call(open.AnyTableSql).FirstOrNullAsync(row => row.Text(), default), Is.Null);
    }

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_A_database_of_a_newer_version_is_left_alone([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString);
        await database
            .Open()
            .Call("""INSERT INTO schema_migrations ("MigrationId", "ProductVersion") VALUES ('20990101000000_Later', '10.0.0')""")
            .ExecuteAsync(default);

        HubResult[] refused = [await _hub.RunAsync("db", "migrate"), await _hub.RunAsync("config", "apply")];

        Assert.That(refused.Select(result => result.ExitCode), Is.All.EqualTo(1));
        Assert.That(refused.Select(result => result.Error), Is.All.Contain("'20990101000000_Later'"));
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
