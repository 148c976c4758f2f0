using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Audit;

namespace IdentityHub.Server.Clients;

/// <summary>How the applied configuration differed from the files of this node when it was measured last.</summary>
internal sealed class MeasuredDrift(HubMetrics metrics)
{
    private DriftMeasurement? _last;

    /// <summary>Null on a node without files, and before the first measurement.</summary>
    public DriftMeasurement? Last => Volatile.Read(ref _last);

    /// <summary>Remembers what was measured; null where nothing could be.</summary>
    public void Set(DriftMeasurement? measured)
    {
        Volatile.Write(ref _last, measured);
        metrics.ConfigDrift = measured?.Objects.Count;
    }
}

/// <summary>What one measurement has found.</summary>
/// <param name="Objects">Each object that differs, with what applying the files would do to it. Holds no secret.</param>
internal sealed record DriftMeasurement(DateTimeOffset At, IReadOnlyList<PlannedChange> Objects);
