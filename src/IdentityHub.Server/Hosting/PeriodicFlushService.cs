namespace IdentityHub.Server.Hosting;

/// <summary>What is gathered in memory while requests are answered, and written beside them: every few moments, and when the server stops.</summary>
/// <param name="interval">A pause of the machine, not of the protocol: it runs on the system's clock, whatever time the rest of the server lives in.</param>
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
