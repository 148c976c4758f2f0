using IdentityHub.Server.Background;
using IdentityHub.Server.Tests.Support;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>What cannot be undone is not done by a clock that has just jumped ahead.</summary>
public class SteadyClockTests
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(10);
    private readonly SetTime _time = new();

    [Test]
    public void A_jump_ahead_is_not_followed_at_once_and_is_forgotten_when_the_clock_is_set_right()
    {
        var (clock, begun) = (new SteadyClock(_time), TimeProvider.System.GetUtcNow());

        _time.Ahead = TimeSpan.FromHours(1);
        var doubted = clock.GetUtcNow();
        _time.Passed = TimeSpan.FromMinutes(30);
        var later = clock.GetUtcNow();
        _time.Ahead = default;
        var right = clock.GetUtcNow();

        Assert.That(doubted, Is.EqualTo(begun).Within(Near));
        Assert.That(later, Is.EqualTo(begun.AddMinutes(30)).Within(Near), "time goes on meanwhile");
        Assert.That(right, Is.EqualTo(begun.AddMinutes(30)).Within(Near));
    }

    [Test]
    public void A_clock_that_stays_ahead_is_believed_in_the_end()
    {
        var (clock, begun) = (new SteadyClock(_time), TimeProvider.System.GetUtcNow());
        _time.Ahead = TimeSpan.FromHours(3);
        clock.GetUtcNow();

        _time.Passed = SteadyClock.Doubt;

        Assert.That(clock.GetUtcNow(), Is.EqualTo(begun.AddHours(3) + SteadyClock.Doubt).Within(Near));
    }

    [Test]
    public void A_clock_that_is_set_back_is_followed_at_once()
    {
        var (clock, begun) = (new SteadyClock(_time), TimeProvider.System.GetUtcNow());

        _time.Ahead = TimeSpan.FromHours(-1);

        Assert.That(clock.GetUtcNow(), Is.EqualTo(begun.AddHours(-1)).Within(Near));
    }
}
