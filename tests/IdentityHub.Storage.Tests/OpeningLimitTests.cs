using IdentityHub.Storage.Postgres;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

/// <summary>A burst of callers opens a few connections and shares them.</summary>
public class OpeningLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private readonly FakeTime _time = new();

    [Test]
    public async Task A_burst_on_a_cold_pool_is_served_by_fewer_connections_than_the_pool_may_hold()
    {
        await using var database = await TestDatabase.CreateUnusedAsync(DatabaseKind.Postgres);
        var node = database.Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => node.Call("SELECT 1").ListAsync(row => row.Int(), CancellationToken.None)));

        Assert.That(await ConnectionsAsync(node), Is.InRange(1, 20));
    }

    [Test]
    public async Task A_burst_of_contexts_too()
    {
        await using var database = await TestDatabase.CreateUnusedAsync(DatabaseKind.Postgres);
        var node = database.Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            await using var context = node.NewContext();
            return await context.Users.CountAsync();
        }));

        Assert.That(await ConnectionsAsync(node), Is.InRange(1, 20));
    }

    [Test]
    public async Task Callers_above_the_bound_take_the_connections_that_are_given_back_in_order_of_arrival()
    {
        var limit = new OpeningLimit(2, Patience, Longest, _time);
        Assert.That(
            (limit.EnterAsync(default).IsCompletedSuccessfully, limit.EnterAsync(default).IsCompletedSuccessfully),
            Is.EqualTo((true, true)));
        var waiting = Enumerable.Range(0, 2).Select(_ => limit.EnterAsync(default)).ToArray();

        limit.Leave();
        Assert.That(waiting.Count(waiter => waiter.IsCompleted), Is.Zero, "the connection that was opened is in use");

        limit.GiveBack();
        await waiting[0];
        Assert.That(waiting[1].IsCompleted, Is.False);
        limit.GiveBack();
        await waiting[1];
    }

    [Test]
    public async Task Who_has_waited_for_a_while_opens_a_connection_where_the_bound_allows_it()
    {
        var limit = new OpeningLimit(1, Patience, Longest, _time);
        await limit.EnterAsync(default);
        var waiting = limit.EnterAsync(default);

        limit.Leave();
        Assert.That(waiting.IsCompleted, Is.False);

        _time.Advance(Patience);
        await waiting;
    }

    [Test]
    public async Task A_caller_waits_no_longer_in_the_pool_than_is_left_of_its_time()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pool = new NpgsqlDataSourceBuilder(database.ConnectionString + ";Maximum Pool Size=1;Timeout=300").Build();
        await using var taken = await pool.OpenConnectionAsync();
        var limit = new OpeningLimit(1, Patience, Longest, _time);
        await limit.EnterAsync(default);
        await using var wanted = pool.CreateConnection();
        var opening = limit.OpenAsync(wanted, default);
        limit.GiveBack();

        _time.Advance(Longest);

        Assert.ThrowsAsync<NpgsqlException>(() => opening);
        limit.Leave();
        Assert.That(limit.EnterAsync(default).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Nothing_is_lost_when_a_caller_gives_up()
    {
        var limit = new OpeningLimit(1, Patience, Longest, _time);
        await limit.EnterAsync(default);
        using var cancelled = new CancellationTokenSource();
        var impatient = limit.EnterAsync(cancelled.Token);
        var patient = limit.EnterAsync(default);

        await cancelled.CancelAsync();
        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        limit.GiveBack();
        await patient;
        limit.Leave();
        limit.Leave();
        Assert.That(limit.EnterAsync(default).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task A_caller_who_waits_too_long_is_told_that_the_database_is_not_available()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var limit = new OpeningLimit(1, Patience, Patience, _time);
        await limit.EnterAsync(default);

        var waiting = limit.EnterAsync(default);
        _time.Advance(Patience);
        var refused = Assert.ThrowsAsync<NpgsqlException>(() => waiting)!;

        Assert.That(database.Open().IsUnavailable(refused), Is.True);
        limit.Leave();
        Assert.That(limit.EnterAsync(default).IsCompletedSuccessfully, Is.True);
    }

    private static async Task<int> ConnectionsAsync(HubDatabase node) =>
        (await node.Call("SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()")
                .ListAsync(row => row.Int(), CancellationToken.None)
        )[0];
}
