using System.Diagnostics;
using System.Globalization;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background.Service;

/// <summary>
/// Tells systemd (<c>Type=notify</c>) when the server is ready, reads its configuration again or stops, and that it is alive
/// (<c>WatchdogSec=</c>). Without <c>NOTIFY_SOCKET</c> it does nothing. See sd_notify(3).
/// </summary>
internal sealed class SystemdNotices(IOptions<HubSettings> settings) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    // What follows the drain time; see Drain.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);
    private readonly SystemdNotifier _systemd = new();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After every other service, the one that listens included.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Say("READY=1");
        return Task.CompletedTask;
    }

    /// <summary>The drain time comes out of the time that systemd gives a service to stop: it is told how much is needed.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Say("STOPPING=1");
        Say($"EXTEND_TIMEOUT_USEC={Microseconds(settings.Value.Shutdown.DrainTime!.Value + StopTime)}");
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The server reads its configuration again.</summary>
    public void Reloading() =>
        Say($"RELOADING=1\nMONOTONIC_USEC={Microseconds(Stopwatch.GetElapsedTime(0))}");

    /// <summary>It has.</summary>
    public void Reloaded() => Say("READY=1");

    // On a thread of the pool, as requests are: where none is left, no request is answered either, and systemd starts the server anew.
    // Whether the database answers does not count: a restart brings no database back.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_systemd.IsEnabled || Interval() is not { } interval)
            return;
        using var timer = new PeriodicTimer(interval, Clock);
        do
            Say("WATCHDOG=1");
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Half of what systemd waits for, as sd_watchdog_enabled(3) advises. The variable may be meant for another process.
    private static TimeSpan? Interval() =>
        Environment.GetEnvironmentVariable("WATCHDOG_PID") is { Length: > 0 } process
            && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) ? null
        : long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var most) && most > 1
            ? TimeSpan.FromMicroseconds(most) / 2
        : null;

    private static string Microseconds(TimeSpan time) => ((long)time.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);

    private void Say(string state)
    {
        if (_systemd.IsEnabled)
            _systemd.Notify(new ServiceState(state));
    }
}
