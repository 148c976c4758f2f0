using IdentityHub.Server.Audit;
using IdentityHub.Storage;

namespace IdentityHub.Server.Background;

/// <summary>
/// Compares the clock of this node with that of the database, when it starts and every five minutes. All nodes compare with the same clock:
/// two nodes without a warning differ by two seconds at most. Measured in the background, in one statement. ASSURANCE F7.
/// </summary>
internal sealed class ClockCheck(HubDatabase database, HubMetrics metrics, TimeProvider time, ILogger<ClockCheck> log)
    : RepeatedWork(TimeSpan.FromMinutes(5), database, time, log)
{
    /// <summary>How far apart they may be.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private bool _differs;

    /// <summary>Measures once; what the way to the database may account for is no difference.</summary>
    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetUtcNow();
        if (await Database.ReadClockAsync(cancellationToken) is not { } theirs)
            return;
        var way = (Time.GetUtcNow() - before) / 2;
        var ahead = before + way - theirs;
        metrics.ClockOffset = ahead.TotalSeconds;

        var differs = ahead.Duration() > Most + way;
        if (differs && !_differs)
            Log.ClockDiffers(Logger, ahead.Duration().TotalSeconds, ahead > TimeSpan.Zero ? "ahead of" : "behind");
        else if (_differs && !differs)
            Log.ClockAgrees(Logger);
        _differs = differs;
    }
}
