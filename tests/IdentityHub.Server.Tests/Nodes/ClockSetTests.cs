using IdentityHub.Server.Background;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Replay;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// The clock of a node is set an hour ahead, and back again, while the node runs: what was written meanwhile keeps nobody out for an hour,
/// and what was used before stays used.
/// </summary>
[TestFixture(DatabaseKind.Postgres)]
[TestFixture(DatabaseKind.Sqlite)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[NonParallelizable]
[Spec("ASSURANCE", "F7")]
public class ClockSetTests(DatabaseKind kind)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly SetTime _clock = new();
    private Installation _installation = null!;
    private Hub _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(SharedConfig.Yaml, kind, makesOwnKeys: true);
        _node = await _installation.StartNodeAsync(_clock);
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _installation.DisposeAsync();

    [SetUp]
    public void SetRight() => _clock.Ahead = default;

    [Test]
    public async Task A_user_who_is_blocked_meanwhile_does_not_wait_for_an_hour_and_what_was_counted_counts()
    {
        _clock.Ahead = Hour;
        for (var i = 0; i < 6; i++)
            await _node.Client.LoginAsync(SharedConfig.App, "bob", "wrong");
        Assert.That((await _node.Client.LoginAsync(SharedConfig.App, "bob")).Status, Is.EqualTo(400));
        _clock.Ahead = default;

        var wrong = await _node.Client.LoginAsync(SharedConfig.App, "bob", "wrong");
        var blocked = await _node.Client.LoginAsync(SharedConfig.App, "bob");
        _clock.Passed += TimeSpan.FromMinutes(16);
        var admitted = await _node.Client.LoginAsync(SharedConfig.App, "bob");

        Assert.That((wrong.Status, blocked.Status), Is.EqualTo((400, 400)), "one more failure blocks again");
        Assert.That(admitted.Status, Is.EqualTo(200), admitted.ToString());
    }

    [Test]
    public async Task Calls_that_were_refused_meanwhile_are_answered_a_window_later()
    {
        var (limits, rule) = (_node.Services.GetRequiredService<CallLimits>(), new CallRule(1, TimeSpan.FromMinutes(1)));
        _clock.Ahead = Hour;
        await CountAsync();
        Assert.That((await CountAsync()).LetThrough, Is.False);
        _clock.Ahead = default;

        var full = await CountAsync();
        _clock.Passed += TimeSpan.FromMinutes(1);
        var next = await CountAsync();

        Assert.That(full.LetThrough, Is.False);
        Assert.That(full.ResetsIn, Is.EqualTo(TimeSpan.FromMinutes(1)).Within(TimeSpan.FromMilliseconds(1)));
        Assert.That(next.LetThrough, Is.True);

        async Task<CallVerdict> CountAsync() => await limits.CountAsync(
            rule, "test", "somebody", new RequestContext("test", "192.0.2.1", null, _clock.GetUtcNow()), CancellationToken.None);
    }

    [Test]
    public async Task Messages_that_were_scheduled_meanwhile_are_due_and_the_log_says_that_the_clock_was_set()
    {
        var jumps = Service<ClockJumps>();
        await jumps.RunOnceAsync(CancellationToken.None);
        _clock.Ahead = Hour;
        await jumps.RunOnceAsync(CancellationToken.None);
        var (waits, held, sent) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await using (var context = _installation.Database.NewContext())
        {
            // No channel has the name: the node leaves them alone.
            context.AddRange(MessageOf(waits), MessageOf(held), MessageOf(sent));
            await context.SaveChangesAsync();
            await context.OutboxMessages.Where(row => row.Id == held)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.LockedUntil, _clock.GetUtcNow()));
            await context.OutboxMessages.Where(row => row.Id == sent)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.DeliveredAt, _clock.GetUtcNow()));
        }

        _clock.Ahead = default;
        await jumps.RunOnceAsync(CancellationToken.None);
        await jumps.RunOnceAsync(CancellationToken.None);

        await using var after = _installation.Database.NewContext();
        var now = _clock.GetUtcNow();
        var rows = await after.OutboxMessages.AsNoTracking().Where(row => row.Channel == "none").ToListAsync();
        Assert.That(
            rows.Where(row => row.Id != sent).Select(row => (row.NextAttemptAt <= now, row.LockedUntil)),
            Is.All.EqualTo((true, (DateTimeOffset?)null)));
        Assert.That(rows.Single(row => row.Id == sent).NextAttemptAt, Is.GreaterThan(now));
        Assert.That(
            _node.Logs.Records.Count(record => record.Contains("was set ahead by 3600.0 s", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(
            _node.Logs.Records.Count(record => record.Contains("was set back by 3600.0 s", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_node.Logs.ToString(), Does.Contain("2 message(s) were scheduled further ahead"));
    }

    [Test]
    public async Task What_was_used_before_is_not_forgotten()
    {
        var (store, hash) = (_node.Services.GetRequiredService<UsedIdentifierStore>(), Guid.NewGuid().ToByteArray());
        var now = _clock.GetUtcNow();
        Assert.That(await store.TryUseAsync(hash, now, now.AddMinutes(5), CancellationToken.None), Is.True);
        _clock.Ahead = Hour;

        await Service<CleanUp>().RunOnceAsync(CancellationToken.None);
        _clock.Ahead = default;

        Assert.That(await store.TryUseAsync(hash, now, now.AddMinutes(5), CancellationToken.None), Is.False);
    }

    private T Service<T>() => _node.Services.GetServices<IHostedService>().OfType<T>().Single();

    private OutboxMessage MessageOf(Guid id) => new()
    {
        Id = id,
        Channel = "none",
        WrappedPayload = [1],
        CreatedAt = _clock.GetUtcNow(),
        NextAttemptAt = _clock.GetUtcNow(),
    };
}
