using IdentityHub.Chaos.Faults;
using IdentityHub.Testing;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Chaos;

/// <summary>The short form for every build: faults that no other test has, under load of every API, checked by the checker.</summary>
[NonParallelizable]
public class ChaosTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private string _file = "";

    [SetUp]
    public void NameFile() => _file = Path.Combine(Path.GetTempPath(), $"hub-chaos-{Guid.NewGuid():N}.jsonl");

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    [Test]
    [Spec("ASSURANCE", "F1"), Spec("ASSURANCE", "F3"), Spec("ASSURANCE", "F5")]
    public async Task Nothing_is_lost_or_used_twice_when_connections_are_refused_the_network_is_cut_and_nodes_are_restarted()
    {
        await using var cluster = await Cluster.StartAsync();
        using var history = new History(_file);
        var run = new FaultRun(cluster, history, Short, clients: 2);
        foreach (var fault in new IFault[] { new DatabaseRefuses(), new NetworkCut(), new RollingRestart() })
        {
            var result = await run.RunAsync(fault);
            Assert.That(result.Lost, Is.Empty, fault.Name);
            Assert.That(result.Back, Is.LessThan(TimeSpan.FromSeconds(20)), fault.Name);
        }

        Assert.That(
            History.Read(_file).Select(entry => entry.Kind).Distinct(),
            Is.SupersetOf(
                new[] { "refresh_tokens", "access_tokens", "sessions", "authorization code", "customer token", "one-time code" }));
    }

    [Test]
    public async Task The_checker_finds_what_was_used_twice_is_lost_or_is_alive()
    {
        using (var history = new History(_file))
        {
            history.Add(Happened.Used, "authorization code", "once");
            history.Add(Happened.Used, "authorization code", "twice");
            history.Add(Happened.Used, "authorization code", "twice");
            history.Add(Happened.Written, "access_tokens", "alive");
            history.Add(Happened.Written, "access_tokens", "lost");
            history.Add(Happened.Revoked, "access_tokens", "alive");
            history.Add(Happened.Revoked, "access_tokens", "dead");
        }

        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO access_tokens (token_hash, client_id, scopes, audiences, issued_at, expires_at, revoked_at)
                VALUES (sha256('alive'), 'c', '', '', now(), now(), NULL), (sha256('dead'), 'c', '', '', now(), now(), now())
                """,
                connection);
            await command.ExecuteNonQueryAsync();
        }

        var found = await Checker.CheckAsync(_file, database.ConnectionString);

        Assert.That(found, Has.Count.EqualTo(3));
        Assert.That(found[0], Does.StartWith("authorization code").And.Contain("was accepted 2 times"));
        Assert.That(found[1], Does.Contain("acknowledged").And.Contain("is lost"));
        Assert.That(found[2], Does.Contain("whose revocation was acknowledged").And.Contain("is alive"));
    }

    [Test]
    public void A_soak_tells_what_has_grown()
    {
        var flat = Enumerable.Repeat(new[] { (100L, 50) }, 5).ToList();
        var growing = flat.Append([(140L, 80)]).ToList();

        Assert.That(Soak.Growth(flat), Is.Empty);
        Assert.That(Soak.Growth(growing).Count(), Is.EqualTo(2));
    }
}
