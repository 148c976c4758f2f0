using System.Text.Json;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

public class MigrateTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task An_empty_database_is_migrated_once([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString);

        var first = await _hub.RunAsync("db", "migrate");
        var second = await _hub.RunAsync("db", "migrate");
        var third = await _hub.RunAsync("db", "migrate", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.Zero, first.Error);
            Assert.That(first.Output, Does.Match(@"^Applying \d+_Initial\n").And.EndsWith("is up to date."));
            Assert.That(second.ExitCode, Is.Zero, second.Error);
            Assert.That(second.Output, Does.Not.Contain("Applying").And.EndsWith("is up to date."));
            Assert.That(JsonElement.Parse(third.Output).GetProperty("applied").GetArrayLength(), Is.Zero);
        });
    }

    [Test]
    public async Task Of_two_at_once_one_works_and_both_succeed([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => _hub.RunAsync("db", "migrate", "--connection-string", database.ConnectionString)));
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(result => (result.ExitCode, result.Error)), Is.All.EqualTo((0, "")));
            Assert.That(results.Count(result => result.Output.Contains("_Initial", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Without_any_setting_the_database_is_the_SQLite_file_of_the_server()
    {
        var result = await _hub.RunAsync("db", "migrate");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(_hub.Has("data/identityhub.db"), Is.True);
        });
    }

    [Test]
    public async Task A_PostgreSQL_database_that_is_missing_is_not_made()
    {
        var result = await _hub.RunAsync("db", "migrate", "--connection-string", PostgresCluster.ConnectionStringOf("no_such_database"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(
                result.Error,
                Does.StartWith("The PostgreSQL database 'no_such_database'").And.Contain("does not exist").And.Not.Contain("\n"));
        });
    }

    [Test]
    public async Task A_database_out_of_reach_is_one_sentence_without_the_password()
    {
        // Port 1 (tcpmux) is not listened on.
        var result = await _hub.RunAsync("db", "migrate", "--connection-string", "Host=127.0.0.1;Port=1;Username=hub;Password=hush-hush");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(
                result.Error, Does.StartWith("PostgreSQL on '127.0.0.1' cannot be used: ").And.Not.Contain("hush").And.Not.Contain("\n"));
        });
    }

    [TestCase("Host=127.0.0.1;Password=semi;hush=1;colon")]
    [TestCase("Host=127.0.0.1;Password=semi;hush=1")]
    [TestCase("Host=127.0.0.1;Port=hush")]
    [TestCase("Data Source=hub.db;hush=1")]
    [TestCase("hush")]
    public async Task A_connection_string_that_cannot_be_read_is_not_repeated(string connectionString)
    {
        var result = await _hub.RunAsync("db", "migrate", "--connection-string", connectionString);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Does.StartWith("The connection string cannot be read").And.Not.Contain("hush").And.Not.Contain("\n"));
        });
    }
}
