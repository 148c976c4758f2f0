using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.Postgres;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Nodes work behind PgBouncer in transaction mode, and leave nothing behind on its connections.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class PoolerTests
{
    private const string Client =
        """
        clients:
          - { client_id: web, grant_types: [password, refresh_token, client_credentials], client_secrets: [{ value: "plain:web-secret" }],
              scope: orders.read, access_token_format: reference }

        """;

    private const string Config = Client + Parts.Apis + Parts.People;
    private PgBouncer _pooler = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _pooler = await PgBouncer.StartAsync();

    [OneTimeTearDown]
    public void Stop() => _pooler?.Dispose();

    [Test]
    public async Task Two_nodes_behind_PgBouncer_answer_whatever_connection_they_get()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        Hub[] nodes =
        [
            await installation.StartNodeAsync(settings: _pooler.SettingOf(installation.Database)),
            await installation.StartNodeAsync(settings: _pooler.SettingOf(installation.Database))
        ];
        Assert.That(nodes.Select(node => node.Database.IsBehindPooler), Is.All.True);
        Assert.That(nodes[0].Logs.ToString(), Does.Contain("behind a connection pooler"));

        // The same statements again and again, on connections that change all the time: a prepared one would be missing, or be there
        // already.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => WorkAsync(nodes[i % 2].Client, nodes[(i + 1) % 2].Client)));

        Assert.That(answers.SelectMany(statuses => statuses), Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_configuration_that_one_node_has_applied_is_seen_by_the_other()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var first = await installation.StartNodeAsync(settings: _pooler.SettingOf(installation.Database));
        var other = await installation.StartNodeAsync(
            settings:
            [
                _pooler.SettingOf(installation.Database), ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")
            ]);
        var before = await GenerationAsync(other);
        Assert.That(before, Is.EqualTo(await GenerationAsync(first)));

        installation.WriteConfig(Config.Replace("client_id: web", "client_id: web2", StringComparison.Ordinal));
        var applied = await Eventually.GetAsync(() => TickAsync(installation, first), generation => generation != before);
        var seen = await Eventually.GetAsync(() => TickAsync(installation, other), generation => generation == applied);

        Assert.That((applied, seen), Is.EqualTo((applied, applied)));
        Assert.That(applied, Is.Not.EqualTo(before));
    }

    [Test]
    public async Task Migrations_through_PgBouncer_leave_no_lock_behind()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgres);
        await using var direct = PostgresDatabase.Open(empty.ConnectionString);
        await using var database = PostgresDatabase.Open(_pooler.ConnectionStringOf(empty));
        await SchemaMigration.ApplyAsync(database, await SchemaVersion.ReadAsync(database, default), database.NewContext, default);

        var hold = await database.HoldLockAsync("test", default);
        Assert.That(await LocksAsync(direct), Is.EqualTo(1));
        await hold.DisposeAsync();

        Assert.That(await Eventually.GetAsync(() => LocksAsync(direct), locks => locks == 0), Is.Zero);
        Assert.That((direct.IsBehindPooler, database.IsBehindPooler), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_server_that_is_told_to_prepare_statements_all_the_same_does_not_start_and_names_the_setting()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (key, value) = _pooler.SettingOf(installation.Database);

        // Two at once: what the one has prepared is there already for the other.
        var starts = Enumerable
            .Range(0, 2)
            .Select(_ => installation.StartProcessAsync((key, value + ";Max Auto Prepare=100;Auto Prepare Min Usages=1")));
        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(starts))!.Message;

        Assert.That(refused, Does.Contain("Set 'Max Auto Prepare=0' in ConnectionStrings:IdentityHub").And.Not.Contain("   at "));
    }

    private static async Task<List<int>> WorkAsync(HttpClient first, HttpClient second)
    {
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var login = await first.LoginAsync("web", "alice", "Alice-Pass-1234");
            statuses.Add(login.Status);
            if (login.Status != 200)
                continue;
            var refreshed = await second.RefreshAsync("web", login["refresh_token"]);
            statuses.Add(refreshed.Status);
            if (refreshed.Status == 200)
                statuses.Add((await first.IntrospectAsync("web", refreshed["access_token"])).Status);
        }

        return statuses;
    }

    private static async Task<string?> TickAsync(Installation installation, Hub node)
    {
        installation.Time.Advance(TimeSpan.FromSeconds(1));
        return await GenerationAsync(node);
    }

    private static async Task<string?> GenerationAsync(Hub node) =>
        (await node.Client.GetAnswerAsync("/health/ready"))["configuration_generation"];

    private static async Task<int> LocksAsync(HubDatabase database) => (await database
        .Call(
            "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = "
                + "current_database())")
        .ListAsync(static row => row.Int(), default))[0];
}
