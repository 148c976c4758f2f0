using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Counts, every five minutes, the objects of the database that differ from the configuration files of this node, as <c>hub config diff</c>
/// does. A node without files, or whose files cannot be read with its environment, measures nothing.
/// </summary>
internal sealed class ConfigDrift(
    HubDatabase database, KeyProtector protector, HubMetrics metrics, IOptions<HubSettings> settings, TimeProvider time,
    ILogger<ConfigDrift> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private int? _last;

    /// <summary>Measures once.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var (folder, stage) = (settings.Value.ConfigDirectory, settings.Value.Stage);
        var document = Directory.Exists(folder)
            ? ConfigLoader.Load(folder, new ConfigContext(stage, Environment.GetEnvironmentVariable, time)).Document
            : null;
        if (document is null)
        {
            metrics.ConfigDrift = null;
            return;
        }

        var plan = await new ConfigPlanner(database, protector).PlanAsync(document, stage, prune: true, cancellationToken);
        var drift = plan.Changes.Count + plan.Kept.Count;
        metrics.ConfigDrift = drift;
        if (drift > 0 && drift != _last)
            Log.Drift(log, drift, folder);
        _last = drift;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
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
