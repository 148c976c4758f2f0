using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Health;

/// <summary>
/// The time between the order to stop and the stop: readiness says 503, so that load balancers send nothing more, and what comes all the
/// same is served as before. At its end no new connection is made, and those that were made have a moment. Comes before the stop of any
/// other service.
/// </summary>
internal sealed class Drain(
    IOptions<HubSettings> settings, IOptions<HostOptions> host, ListenSockets sockets, ILogger<Drain> log) : IHostedLifecycleService
{
    // By the clock of the machine: a load balancer uses that one.
    private static readonly TimeProvider Clock = TimeProvider.System;

    // For what follows: requests under way, messages that are being delivered, audit rows.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    // A request follows its connection at once.
    private static readonly TimeSpan LastRequests = TimeSpan.FromMilliseconds(500);
    private volatile bool _hasBegun;

    /// <summary>True from the order to stop on.</summary>
    public bool HasBegun => _hasBegun;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        var time = settings.Value.Shutdown.DrainTime!.Value;
        if (time == TimeSpan.Zero)
            return;
        Log.Draining(log, time);
        await Task.Delay(time, Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (sockets.TryTurnAway())
            await Task.Delay(LastRequests, Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        host.Value.ShutdownTimeout = settings.Value.Shutdown.DrainTime!.Value + StopTime;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
