namespace IdentityHub.Server.Hosting;

/// <summary>
/// Gathers data in memory while requests are answered, and writes it in the background: at an interval, and when the server stops.
/// </summary>
/// <param name="interval">Runs on the system's clock, also when the rest of the server uses another time provider.</param>
internal abstract class PeriodicFlushService(TimeSpan interval) : BackgroundService
{
    private readonly Lock _stopping = new();
    private Task? _lastWrite;

    /// <summary>
    /// Ends when the last write has ended. A host may be stopped by two callers at once: the second waits for the same write. It would
    /// otherwise find nothing left to write, and take it that all is written.
    /// </summary>
    public sealed override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopping)
            _lastWrite ??= WriteLastAsync(cancellationToken);
        return _lastWrite.WaitAsync(cancellationToken);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync(stoppingToken);
    }

    /// <summary>Writes what has come together; what cannot be written now stays for the next time.</summary>
    protected abstract Task WriteAsync(CancellationToken cancellationToken);

    private async Task WriteLastAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }
}
