using IdentityHub.Server.Audit;
using IdentityHub.Storage;

namespace IdentityHub.Server.Background;

/// <summary>
/// Compares the clock of this node with that of the database, when it starts and every five minutes. All nodes compare with the same clock:
/// two nodes without a warning differ by two seconds at most. Measured in the background, in one statement. ASSURANCE F7.
/// </summary>
internal sealed class ClockCheck(HubDatabase database, HubMetrics metrics, TimeProvider time, ILogger<ClockCheck> log) : BackgroundService
{
    /// <summary>How far apart they may be.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private bool _differs;

    /// <summary>Measures once; what the way to the database may account for is no difference.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        if (await database.ReadClockAsync(cancellationToken) is not { } theirs)
            return;
        var way = (time.GetUtcNow() - before) / 2;
        var ahead = before + way - theirs;
        metrics.ClockOffset = ahead.TotalSeconds;

        var differs = ahead.Duration() > Most + way;
        if (differs && !_differs)
            Log.ClockDiffers(log, ahead.Duration().TotalSeconds, ahead > TimeSpan.Zero ? "ahead of" : "behind");
        else if (_differs && !differs)
            Log.ClockAgrees(log);
        _differs = differs;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await MeasureAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.Failed(log, failure, database.IsUnavailable(failure));
            }
        }
    }
}
