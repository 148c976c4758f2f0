namespace IdentityHub.Server.Messaging;

/// <summary>
/// Wakes this node's deliverers, so that a message does not wait for their next look. What is missed is found by that look.
/// </summary>
internal sealed class OutboxSignal
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>Ends when the signal is raised next. A reader that takes it before it looks for messages misses none.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Says that there may be something to send.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, NewSource()).SetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
