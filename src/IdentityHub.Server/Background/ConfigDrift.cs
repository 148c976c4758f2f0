using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
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
    HubDatabase database, KeyProtector protector, ConfigFolder folder, MeasuredDrift measured, IOptions<HubSettings> settings,
    ILogger<ConfigDrift> log)
    : RepeatedWork(TimeSpan.FromMinutes(5), database, TimeProvider.System, log)
{
    private int? _last;

    /// <summary>Measures once.</summary>
    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var document = Directory.Exists(settings.Value.ConfigDirectory) ? (await folder.LoadAsync(cancellationToken)).Document : null;
        if (document is null)
            measured.Set(null);
        else
            await MeasureAsync(document, cancellationToken);
    }

    /// <summary>Compares the database with files that were read already.</summary>
    public async Task MeasureAsync(ConfigDocument document, CancellationToken cancellationToken)
    {
        var plan = await new ConfigPlanner(Database, protector).PlanAsync(document, settings.Value.Stage, prune: true, cancellationToken);
        var kept = plan.Kept.Select(kept => new PlannedChange(kept, null, []));
        measured.Set(new(TimeProvider.System.GetUtcNow(), [.. plan.Changes, .. kept]));
        var drift = plan.Changes.Count + plan.Kept.Count;
        if (drift > 0 && drift != _last)
            Log.Drift(Logger, drift, settings.Value.ConfigDirectory);
        _last = drift;
    }
}
