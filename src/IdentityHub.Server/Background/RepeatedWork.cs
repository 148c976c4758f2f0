using IdentityHub.Storage;

namespace IdentityHub.Server.Background;

/// <summary>
/// Work that a node repeats while it runs, first after one interval. A failure is logged, changes nothing, and is tried again in the next
/// turn.
/// </summary>
/// <param name="interval">From the begin of one turn to the next.</param>
/// <param name="database">Tells a database that cannot be reached from a fault.</param>
/// <param name="time">Clock of the turns.</param>
/// <param name="log">Of the work.</param>
internal abstract class RepeatedWork(TimeSpan interval, HubDatabase database, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>The one that the work is about.</summary>
    protected HubDatabase Database => database;

    /// <summary>Clock of the turns.</summary>
    protected TimeProvider Time => time;

    /// <summary>Of the work.</summary>
    protected ILogger Logger => log;

    /// <summary>One turn.</summary>
    public abstract Task RunOnceAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception failure) when (!failure.IsCancellation(stoppingToken))
            {
                Log.Failed(log, failure, database.IsUnavailable(failure));
            }
        }
    }
}
