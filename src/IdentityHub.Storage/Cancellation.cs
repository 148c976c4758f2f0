namespace IdentityHub.Storage;

/// <summary>
/// Tells a cancellation that was asked for from one that stands for a failure: clients of networks, pools and databases report what took
/// them too long as a cancellation too.
/// </summary>
public static class Cancellation
{
    /// <summary>Whether the work ended because its caller wanted it to.</summary>
    /// <param name="failure">What ended it.</param>
    /// <param name="asked">The token that the caller cancels.</param>
    public static bool IsCancellation(this Exception failure, CancellationToken asked) =>
        failure is OperationCanceledException && asked.IsCancellationRequested;
}
