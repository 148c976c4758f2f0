using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Config;

public class ApplyTests
{
    private const string Key = "data/hub.key";
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task What_was_done_is_shown_like_a_diff([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString).WithFile(Key, Convert.ToBase64String(new byte[32]));

        _hub.WithFile("config/a.yaml", "scopes:\n  - { name: one }\n  - { name: two }\n");
        var created = await _hub.RunAsync("config", "apply");
        var again = await _hub.RunAsync("config", "apply");
        _hub.WithFile("config/a.yaml", "scopes:\n  - { name: two, display_name: Two }\n");
        var changed = await _hub.RunAsync("config", "apply");
        var pruned = await _hub.RunAsync("config", "apply", "--prune");
        Assert.Multiple(() =>
        {
            Assert.That(created.ExitCode, Is.Zero, created.Error);
            Assert.That(
                created.Output,
                Does.Match(
                    @"^\+ scopes/one \(.*a\.yaml:2\)\n\+ scopes/two \(.*a\.yaml:3\)\n2 created, 0 changed, 0 deleted, 0 kept; generation "
                        + @"[0-9a-f]{64}$"));
            Assert.That(again.Output, Does.StartWith("0 created, 0 changed, 0 deleted, 0 kept; "));
            Assert.That(
                changed.Output,
                Does.Match(@"^~ scopes/two \(.*a\.yaml:2\)\n= scopes/one .*--prune.*\n0 created, 1 changed, 0 deleted, 1 kept; "));
            Assert.That(pruned.Output, Does.Match(@"^- scopes/one \(.*\)\n0 created, 0 changed, 1 deleted, 0 kept; "));
        });
    }

    [Test]
    public async Task Files_with_a_fault_change_nothing()
    {
        _hub.WithFile("config/a.yaml", "scopes: 7");
        var result = await _hub.RunAsync("config", "apply");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Does.StartWith("config/a.yaml(1,9): ").And.EndsWith("1 fault on the stage production."));
        });
    }

    [Test]
    public async Task What_stands_against_a_deletion_is_told_and_nothing_is_changed([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString).WithFile(Key, Convert.ToBase64String(new byte[32]));
        _hub.WithFile("config/a.yaml", "organizations: [{ id: acme, name: Acme }]");
        await _hub.RunAsync("config", "apply");
        await _hub.RunWithInputAsync("long-enough-1", "users", "create", "alice", "--organization", "acme");

        _hub.WithFile("config/a.yaml", "scopes: [{ name: one }]");
        var refused = await _hub.RunAsync("config", "apply", "--prune");
        var after = await _hub.RunAsync("config", "apply");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Output, Is.Empty);
            Assert.That(refused.Error, Does.StartWith("Organization 'acme' has users"));
            Assert.That(after.Output, Does.Contain("1 created, 0 changed, 0 deleted, 1 kept"));
        });
    }

    [Test]
    public async Task The_key_file_is_made_in_Development_only()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString).WithFile("config/a.yaml", "scopes: [{ name: one }]");
        var production = await _hub.RunAsync("config", "apply");
        var madeInProduction = _hub.Has(Key);
        var development = await _hub.RunAsync("config", "apply", "--stage", "development");
        Assert.Multiple(() =>
        {
            Assert.That(production.ExitCode, Is.EqualTo(1));
            Assert.That(production.Error, Does.Contain("data/hub.key").And.Contain("openssl rand -base64 32").And.Not.Contain("\n"));
            Assert.That(madeInProduction, Is.False);
            Assert.That(development.ExitCode, Is.Zero, development.Error);
            Assert.That(_hub.Has(Key), Is.True);
        });
    }

    [Test]
    public async Task Another_key_file_than_the_default_is_read()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString).WithFile("config/a.yaml", "scopes: [{ name: one }]")
            .WithFile("good.key", Convert.ToBase64String(new byte[32]))
            .WithFile("bad.key", "c2hvcnQ=")
            .With("IdentityHub__KeyProtection__KeyFile", "bad.key");
        var bad = await _hub.RunAsync("config", "apply");
        var good = await _hub.RunAsync("config", "apply", "--key-file", "good.key");
        Assert.Multiple(() =>
        {
            Assert.That(bad.Error, Is.EqualTo("The key-protection key 'bad.key' does not hold 32 bytes of base64."));
            Assert.That(good.ExitCode, Is.Zero, good.Error);
        });
    }

    [Test]
    public async Task A_database_without_tables_is_told_what_to_run([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString).WithFile("config/a.yaml", "scopes: [{ name: one }]")
            .WithFile(Key, Convert.ToBase64String(new byte[32]));
        var result = await _hub.RunAsync("config", "apply");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Does.EndWith("hub db migrate").And.Not.Contain("\n"));
        });
    }
}
