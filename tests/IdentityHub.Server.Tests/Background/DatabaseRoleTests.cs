using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Postgres;
using IdentityHub.Testing;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>
/// The database roles of docs/production.md: one owns the tables, the other runs the server; and what is said where a right is missing.
/// </summary>
public partial class DatabaseRoleTests
{
    private const string Config =
        """
        clients:
          - { client_id: web, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:web-secret" }], scope: orders.read, access_token_format: reference }

        """ + Parts.Apis + Parts.People;

    // Roles belong to the whole server, which other tests use too.
    private readonly string _suffix = $"_{Guid.NewGuid():N}"[..12];

    private string Owner => "hub_owner" + _suffix;

    private string App => "hub_app" + _suffix;

    private string Database => "identityhub" + _suffix;

    [TearDown]
    public async Task RemoveAsync() =>
        await ExecuteAsync(
            PostgresCluster.ConnectionString, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", $"DROP ROLE IF EXISTS {App}",
            $"DROP ROLE IF EXISTS {Owner}");

    [Test]
    public async Task The_server_runs_as_a_role_that_changes_no_table_and_says_which_right_is_missing()
    {
        var recipe = Blocks().ToList();
        await ExecuteAsync(PostgresCluster.ConnectionString, recipe[0]);
        await ExecuteAsync(PostgresCluster.ConnectionStringOf(Database), recipe[1]);
        await using (var owner = PostgresDatabase.Open(As(Owner)))
            await SchemaMigration.ApplyAsync(owner, await SchemaVersion.ReadAsync(owner, default), owner.NewContext, default);

        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres, makesOwnKeys: true);
        var setting = ("ConnectionStrings:IdentityHub", As(App));
        var node = await installation.StartNodeAsync(settings: setting);
        var login = await node.Client.LoginAsync("web", "alice", "Alice-Pass-1234");
        Assert.That((login.Status, (await node.Client.RefreshAsync("web", login["refresh_token"])).Status), Is.EqualTo((200, 200)));
        foreach (var statement in new[]
            {
                "CREATE TABLE more (id integer)", "DROP TABLE users", "ALTER TABLE users ADD COLUMN more integer", "TRUNCATE audit_events",
            })
            Assert.That(
                Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(As(App), statement))!.SqlState, Is.EqualTo("42501"), statement);

        // The clean-up makes and drops months of the audit trail all the same, by functions of the owner.
        await using (var app = PostgresDatabase.Open(As(App)))
        {
            var (rows, past) = (new ExpiredRows(app), new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
            await rows.PrepareMonthsAsync(past, default);
            for (var month = 0; month <= ExpiredRows.MonthsAhead; month++)
                Assert.That(await rows.DeleteAuditAsync(past.AddYears(1), default), Is.EqualTo(1));
        }

        await ExecuteAsync(As(Owner), $"REVOKE INSERT ON sessions FROM {App}");
        var refused = await node.Client.LoginAsync("web", "alice", "Alice-Pass-1234");
        Assert.That((refused.Status, refused["error"]), Is.EqualTo((503, "temporarily_unavailable")));
        Assert.That(
            node.Logs.ToString(),
            Does.Contain(
                $"The database refuses {App}: permission denied for table sessions (42501). As the owner of the table: GRANT SELECT, "
                    + $"INSERT, UPDATE, DELETE ON sessions TO {App};"));

        await ExecuteAsync(As(Owner), $"REVOKE ALL ON installation_marks FROM {App}");
        var start = Assert.ThrowsAsync<InvalidOperationException>(() => installation.StartProcessAsync(setting))!.Message;
        Assert.That(start, Does.Contain($"GRANT SELECT, INSERT, UPDATE, DELETE ON installation_marks TO {App};").And.Not.Contain("   at "));

        // The last block is for tables that are there already.
        await ExecuteAsync(As(Owner), recipe[2]);
        Assert.That((await node.Client.LoginAsync("web", "alice", "Alice-Pass-1234")).Status, Is.EqualTo(200));
    }

    [TestCase("permission denied for schema public", "GRANT USAGE ON SCHEMA public TO hub;")]
    [TestCase("permission denied for sequence a_seq", "GRANT USAGE, SELECT ON SEQUENCE a_seq TO hub;")]
    [TestCase("permission denied for database hub", "GRANT CONNECT ON DATABASE hub TO hub;")]
    [TestCase("must be owner of table users", "run hub db migrate as the role that owns the tables")]
    [TestCase("Zugriff verweigert", "docs/production.md")]
    public void Each_missing_right_has_its_advice(string message, string advice) =>
        Assert.That(
            PostgresAdvice.For(new PostgresException(message, "ERROR", "ERROR", "42501"), "hub"),
            Does.Contain(message).And.Contain(advice));

    private IEnumerable<string> Blocks() =>
        Fence()
            .Matches(File.ReadAllText(SourceTree.PathOf("docs/production.md")))
            .Select(match =>
                match
                    .Groups[1]
                    .Value.Replace("hub_owner", Owner, StringComparison.Ordinal)
                    .Replace("hub_app", App, StringComparison.Ordinal)
                    .Replace("DATABASE identityhub", $"DATABASE {Database}", StringComparison.Ordinal));

    private string As(string role) =>
        new NpgsqlConnectionStringBuilder(PostgresCluster.ConnectionStringOf(Database))
        {
            Username = role,
            Password = "…",
        }.ConnectionString;

    // Each statement by itself: a database is made outside any transaction.
    private static async Task ExecuteAsync(string connectionString, params string[] scripts)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var statement in scripts.SelectMany(script =>
                script.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [GeneratedRegex(@"^```sql\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
