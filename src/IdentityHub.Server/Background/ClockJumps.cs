using IdentityHub.Server.Audit;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;

namespace IdentityHub.Server.Background;

/// <summary>
/// Compares the clock of this machine with the time that the machine itself has counted, every ten seconds. One that was set is warned of
/// and counted. Where it was set back, and once after a start, messages that were scheduled by the clock that was ahead become due.
/// ASSURANCE F7.
/// </summary>
internal sealed class ClockJumps(
    OutboxStore outbox, HubDatabase database, HubMetrics metrics, TimeProvider time, ILogger<ClockJumps> log)
    : RepeatedWork(TimeSpan.FromSeconds(10), database, time, log)
{
    /// <summary>What is no jump: clocks are slewed by less than a thousandth.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    // No message waits longer, and no node holds one longer; clocks of nodes are ten seconds apart at most.
    private static readonly TimeSpan LongestWait = BackOff.Longest + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestHold = OutboxAttempts.Lease + TimeSpan.FromMinutes(1);

    private DateTimeOffset _was = time.GetUtcNow();
    private long _at = time.GetTimestamp();
    private bool _looksForMessages = true;

    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var jump = now - _was - Time.GetElapsedTime(_at);
        (_was, _at) = (now, Time.GetTimestamp());
        if (jump.Duration() > Most)
        {
            metrics.ClockJumped(jump);
            Log.ClockJumped(Logger, jump.Duration().TotalSeconds, jump > TimeSpan.Zero ? "ahead" : "back");
        }

        // Kept until it succeeds: the database may be away.
        _looksForMessages |= jump < -Most;
        if (!_looksForMessages)
            return;
        var due = await outbox.MakeDueAsync(now, now + LongestWait, now + LongestHold, cancellationToken);
        _looksForMessages = false;
        if (due > 0)
            Log.MessagesDue(Logger, due);
    }
}
