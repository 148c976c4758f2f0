namespace IdentityHub.Server.Tests.Support;

/// <summary>The clock of a machine that somebody sets: the time changes, and what the machine counts by itself goes on.</summary>
internal sealed class SetTime : TimeProvider
{
    /// <summary>How far the clock is ahead of the machine's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How much time has passed besides, by the clock and by what the machine counts.</summary>
    public TimeSpan Passed { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead + Passed;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Passed.Ticks;
}
