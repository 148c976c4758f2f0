using System.Runtime.InteropServices;
using System.Threading.Channels;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background.Service;

/// <summary>
/// On SIGHUP reads the TLS certificates, the configuration and the signing keys again, at once. What cannot be used changes nothing, and
/// the log says why. Certificates are looked at every minute as well, for what replaces them and sends no signal.
/// </summary>
internal sealed class Reload(
    ServerCertificates certificates, SystemdNotices systemd, ConfigFolder folder, ConfigDrift drift, RegistryLoader loader, KeyRing keys,
    HubDatabase database, IOptions<HubSettings> settings, ILogger<Reload> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeProvider Clock = TimeProvider.System;

    // Signals that come while one is being handled are one more.
    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Reads everything again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        systemd.Reloading();
        var areGood = certificates.Reload(onlyChanged: false);
        try
        {
            areGood &= await TryReadFilesAsync(cancellationToken);
            await loader.LoadAsync(cancellationToken);
            await keys.FollowAsync(cancellationToken);
        }
        catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
        {
            areGood = false;
            Log.Failed(log, failure, database.IsUnavailable(failure));
        }

        systemd.Reloaded();
        if (areGood)
            Log.Reloaded(log, loader.Generation);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        certificates.Reload(onlyChanged: true);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _signals.Writer.TryComplete();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var registration = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, Note);
        using var timer = new PeriodicTimer(Interval, Clock);
        await Task.WhenAll(FollowSignalsAsync(stoppingToken), FollowFilesAsync(timer, stoppingToken));
    }

    // The default is the end of the process.
    private void Note(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _signals.Writer.TryWrite(true);
    }

    private async Task FollowSignalsAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _signals.Reader.ReadAllAsync(stoppingToken))
            await RunAsync(stoppingToken);
    }

    private async Task FollowFilesAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
            certificates.Reload(onlyChanged: true);
    }

    // In Development the files are applied; elsewhere 'hub config apply' does that, and only their faults are told.
    private async Task<bool> TryReadFilesAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.IsDevelopment)
        {
            try
            {
                await folder.ApplyAsync(cancellationToken);
                return true;
            }
            catch (InvalidDataException faults)
            {
                Log.ConfigurationRefused(log, faults.Message);
                return false;
            }
        }

        if (!Directory.Exists(settings.Value.ConfigDirectory))
            return true;
        var loaded = await folder.LoadAsync(cancellationToken);
        if (loaded.Document is not { } document)
        {
            Log.ConfigurationRefused(log, string.Join('\n', loaded.Faults));
            return false;
        }

        await drift.MeasureAsync(document, cancellationToken);
        return true;
    }
}
