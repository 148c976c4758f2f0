namespace IdentityHub.Server.Hosting;

/// <summary>
/// Gathers data in memory while requests are answered, and writes it in the background: at an interval, and when the server stops.
/// </summary>
/// <param name="interval">Runs on the system's clock, also when the rest of the server uses another time provider.</param>
internal abstract class PeriodicFlushService(TimeSpan interval) : BackgroundService
{
    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync(stoppingToken);
    }

    /// <summary>Writes what has come together; what cannot be written now stays for the next time.</summary>
    protected abstract Task WriteAsync(CancellationToken cancellationToken);
}
