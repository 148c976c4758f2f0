using System.Diagnostics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// The database dies, stays away, hangs, or is busy: the server says so, grants nothing, and goes on by itself afterwards.
/// </summary>
[NonParallelizable]
public class DatabaseFaultTests
{
    private const string DiscoveryPath = "/.well-known/openid-configuration";
    private static readonly TimeSpan ReadinessLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(15);

    [Test]
    [Spec("ASSURANCE", "F2")]
    public async Task F2_A_killed_database_that_comes_back_is_used_again_by_itself_and_has_everything_acknowledged()
    {
        using var postgres = await CrashingPostgres.StartAsync();
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml);
        await using var node = await installation.StartNodeAsync(TimeProvider.System, null, postgres.Setting);
        var newest = await node.Client.LoginAsync(SharedConfig.App);
        for (var i = 0; i < 5; i++)
            newest = await node.Client.RefreshAsync(SharedConfig.App, newest["refresh_token"]!);

        await postgres.KillAsync();
        var meanwhile = await node.Client.RefreshAsync(SharedConfig.App, newest["refresh_token"]!);
        await postgres.RestartAsync();
        await Eventually.TrueAsync(() => IsReadyAsync(node), RecoveryLimit, "ready again");
        var introspected = await node.Client.IntrospectAsync(SharedConfig.Orders, newest["access_token"]!);
        var after = await node.Client.RefreshAsync(SharedConfig.App, newest["refresh_token"]!);

        AssertUnavailable(meanwhile);
        Assert.That(introspected["active"], Is.EqualTo("true"), introspected.ToString());
        Assert.That(after.Status, Is.EqualTo(200), after.ToString());
    }

    [Test]
    [Spec("ASSURANCE", "F3")]
    public async Task F3_While_the_database_is_gone_nothing_succeeds_that_needs_it_and_what_does_not_goes_on()
    {
        using var postgres = await CrashingPostgres.StartAsync();
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml);
        await using var node = await installation.StartNodeAsync(TimeProvider.System, null, postgres.Setting);
        var (login, jwtLogin) = (await node.Client.LoginAsync(SharedConfig.App), await node.Client.LoginAsync(SharedConfig.JwtApp));
        var machine = await node.Client.MachineAsync(SharedConfig.Machine);
        Assert.That(
            (await node.Client.IntrospectAsync(SharedConfig.Orders, login["access_token"]!))["active"], Is.EqualTo("true"), "before");

        await postgres.KillAsync();
        await Eventually.TrueAsync(async () => !await IsReadyAsync(node), ReadinessLimit, "readiness is false");
        await AssertRefusesAsync(node.Client, login, jwtLogin, machine);
        await AssertGoesOnAsync(node.Client);

        await postgres.RestartAsync();
        await Eventually.TrueAsync(() => IsReadyAsync(node), RecoveryLimit, "ready again");
        Assert.That(
            (await node.Client.IntrospectAsync(SharedConfig.Orders, login["access_token"]!))["active"], Is.EqualTo("true"),
            "nothing was revoked");
        Assert.That((await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status, Is.EqualTo(200));
        Assert.That((await node.Client.LoginAsync(SharedConfig.App, "bob")).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("ASSURANCE", "F3")]
    public async Task F3_A_database_that_hangs_makes_the_node_not_ready_in_time_and_its_requests_end()
    {
        using var postgres = await CrashingPostgres.StartAsync();
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml);
        await using var node = await installation.StartNodeAsync(TimeProvider.System, null, postgres.Setting);
        var login = await node.Client.LoginAsync(SharedConfig.App);

        await postgres.FreezeAsync();
        try
        {
            var watch = Stopwatch.StartNew();
            var ready = await node.Client.GetAnswerAsync("/health/ready");
            Assert.That(
                (ready.Status, watch.Elapsed < ReadinessLimit), Is.EqualTo((503, true)), $"after {watch.Elapsed.TotalSeconds:0.0} s");
            AssertUnavailable(await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(25)));
        }
        finally
        {
            await postgres.ThawAsync();
        }

        await Eventually.TrueAsync(() => IsReadyAsync(node), RecoveryLimit, "ready again");
        Assert.That((await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("ASSURANCE", "F4")]
    public async Task F4_An_exhausted_pool_is_answered_503_fast_and_tokens_without_a_statement_go_on()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var setting = ("ConnectionStrings:IdentityHub", installation.Database.ConnectionString + ";Maximum Pool Size=1");
        await using var node = await installation.StartNodeAsync(TimeProvider.System, null, setting);
        var login = await node.Client.LoginAsync(SharedConfig.App);
        Assert.That((await node.Client.MachineAsync(SharedConfig.Machine)).Status, Is.EqualTo(200));
        await using var connection = new NpgsqlConnection(installation.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            "LOCK TABLE access_tokens, refresh_tokens IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();

        var refreshes = Enumerable.Range(0, 6).Select(_ => node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).ToList();
        var machine = node.Client.MachineAsync(SharedConfig.Machine);

        // One request holds the only connection and waits for the lock; the others wait for a connection, and not for long.
        await Eventually.TrueAsync(() => machine.IsCompleted, TimeSpan.FromSeconds(2), "what needs no statement is answered");
        await Eventually.TrueAsync(
            () => refreshes.Count(refresh => refresh.IsCompleted) == 5, TimeSpan.FromSeconds(5), "the others are answered");
        await transaction.RollbackAsync();
        var answers = await Task.WhenAll(refreshes);

        Assert.That((await machine).Status, Is.EqualTo(200));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        foreach (var refused in answers.Where(answer => answer.Status != 200))
            AssertUnavailable(refused);
        await Eventually.TrueAsync(
            async () => (await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status == 200, RecoveryLimit,
            "the refresh token still works");
    }

    [Test]
    public async Task A_full_disk_of_PostgreSQL_is_answered_503_keeps_the_refresh_token_and_ends_by_itself()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        await using var node = await installation.StartNodeAsync(TimeProvider.System);
        var login = await node.Client.LoginAsync(SharedConfig.App);
        await using var connection = new NpgsqlConnection(installation.Database.ConnectionString);
        await connection.OpenAsync();
        installation.Database.KeepFromReuse();

        // What PostgreSQL says when a table cannot grow: SQLSTATE 53100.
        await ExecuteAsync(
            """
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON refresh_tokens FOR EACH ROW EXECUTE FUNCTION full_disk();
            """);
        AssertUnavailable(await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!));
        AssertUnavailable(await node.Client.LoginAsync(SharedConfig.App));
        Assert.That(
            (await node.Client.IntrospectAsync(SharedConfig.Orders, login["access_token"]!))["active"], Is.EqualTo("true"), "reads go on");
        await AssertGoesOnAsync(node.Client);

        await ExecuteAsync("DROP TRIGGER full_disk ON refresh_tokens");
        Assert.That((await node.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status, Is.EqualTo(200));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task AssertRefusesAsync(HttpClient node, Answer login, Answer jwtLogin, Answer machine)
    {
        AssertUnavailable(await node.LoginAsync(SharedConfig.App));
        AssertUnavailable(await node.LoginAsync(SharedConfig.App, "nobody", "wrong"));
        AssertUnavailable(await node.RefreshAsync(SharedConfig.App, login["refresh_token"]!));
        AssertUnavailable(await node.RefreshAsync(SharedConfig.JwtApp, jwtLogin["refresh_token"]!));
        foreach (var issued in new[] { login, jwtLogin, machine })
        {
            AssertUnavailable(await node.IntrospectAsync(SharedConfig.Orders, issued["access_token"]!));
            AssertUnavailable(await node.UserInfoAsync(issued["access_token"]!));
        }

        foreach (var (issued, client) in new[] { (login, SharedConfig.App), (jwtLogin, SharedConfig.JwtApp) })
        {
            AssertUnavailable(await node.RevokeAsync(client, issued["access_token"]!));
            AssertUnavailable(await node.RevokeAsync(client, issued["refresh_token"]!));
        }
    }

    private static async Task AssertGoesOnAsync(HttpClient node)
    {
        Assert.That((await node.GetAnswerAsync("/health/live")).Status, Is.EqualTo(200));
        Assert.That((await node.GetAnswerAsync(DiscoveryPath))["issuer"], Is.EqualTo(Installation.Issuer));
        Assert.That((await node.GetAnswerAsync(DiscoveryPath + "/jwks")).Json.GetProperty("keys").GetArrayLength(), Is.EqualTo(2));
        var machine = await node.MachineAsync(SharedConfig.Machine);
        Assert.That(machine.Status, Is.EqualTo(200), "a client that has authenticated before");
        Assert.That(
            (await node.MachineAsync(new TestClient(SharedConfig.Machine, "wrong"))).Status, Is.AnyOf(401, 503),
            "and a wrong secret still fails");
    }

    private static void AssertUnavailable(Answer answer) =>
        Assert.That(
            (answer.Status, answer["error"], answer.Header("Retry-After") is not null), Is.EqualTo((503, "temporarily_unavailable", true)),
            answer.ToString());

    private static async Task<bool> IsReadyAsync(Hub node) => (await node.Client.GetAnswerAsync("/health/ready")).Status == 200;
}
