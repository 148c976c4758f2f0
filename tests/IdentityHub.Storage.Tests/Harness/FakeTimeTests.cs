using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Harness;

public class FakeTimeTests
{
    private readonly FakeTime _time = new();

    [Test]
    public void The_clock_moves_only_when_it_is_moved()
    {
        _time.Advance(TimeSpan.FromMinutes(90));

        Assert.That(_time.GetUtcNow(), Is.EqualTo(FakeTime.Start.AddMinutes(90)));
        Assert.That(_time.GetElapsedTime(FakeTime.Start.Ticks), Is.EqualTo(TimeSpan.FromMinutes(90)));
        Assert.That(() => _time.AdvanceTo(FakeTime.Start), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Timers_fire_in_order_and_each_at_its_own_time()
    {
        var fired = new List<string>();
        using var second = _time.CreateTimer(
            _ => fired.Add($"second {Elapsed()}"), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        using var first = _time.CreateTimer(_ => fired.Add($"first {Elapsed()}"), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        using var late = _time.CreateTimer(_ => fired.Add("late"), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.That(fired, Is.EqualTo((string[])["first 1", "second 2", "first 3", "first 5"]));
    }

    [Test]
    public void A_disposed_timer_does_not_fire()
    {
        var fired = 0;
        _time.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan).Dispose();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.That(fired, Is.Zero);
    }

    [Test]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(delay.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromSeconds(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task What_is_due_at_once_does_not_wait_for_the_clock()
    {
        var fired = new TaskCompletionSource();
        await using var timer = _time.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private double Elapsed() => (_time.GetUtcNow() - FakeTime.Start).TotalMinutes;
}
