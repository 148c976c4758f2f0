namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// Another clock, ahead by <paramref name="by"/>: a node that has waited that long already, or whose clock goes otherwise.
/// </summary>
/// <param name="clock">Its timers run on the machine's, whichever it is.</param>
internal sealed class ShiftedTime(TimeProvider clock, TimeSpan by) : TimeProvider
{
    /// <summary>The clock of the machine, ahead.</summary>
    public ShiftedTime(TimeSpan by)
        : this(System, by)
    {
    }

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + by;
}
