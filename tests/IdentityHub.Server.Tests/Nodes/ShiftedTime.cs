namespace IdentityHub.Server.Tests.Nodes;

/// <summary>The clock of the machine, ahead by <paramref name="by"/>: a node that has waited that long already.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
