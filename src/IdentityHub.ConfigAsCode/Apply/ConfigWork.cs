namespace IdentityHub.ConfigAsCode;

/// <summary>What one run of the applier has to do.</summary>
internal sealed class ConfigWork
{
    private ConfigWork(IReadOnlyList<DesiredObject> desired, IReadOnlyList<ConfigRow> current, bool prune)
    {
        Desired = desired;
        var plan = ConfigPlanner.Plan(desired, current);
        Changes = [.. plan.Where(change => change.Action != ConfigAction.Delete || (prune && change.Kind != ConfigKind.Users))];
        Kept = [.. plan.Except(Changes)];

        var changed = Changes.Select(change => (change.Kind, change.Name)).ToHashSet();
        Writes = [.. desired.Where(wanted => changed.Contains((wanted.Kind, wanted.Name)))];
        var places = current.ToDictionary(row => (row.Kind, row.Name), row => row.Source);
        Moves = [.. desired.Where(wanted =>
            !changed.Contains((wanted.Kind, wanted.Name)) && places[(wanted.Kind, wanted.Name)] != wanted.Definition.Source)];
        Deletes = [.. Changes.Where(change => change.Action == ConfigAction.Delete)];
    }

    /// <summary>Everything that the files hold, changed or not.</summary>
    public IReadOnlyList<DesiredObject> Desired { get; }

    public IReadOnlyList<ConfigChange> Changes { get; }

    /// <summary>Deletions that are left out: all where pruning was not asked for, and users always.</summary>
    public IReadOnlyList<ConfigChange> Kept { get; }

    /// <summary>Objects to create or change.</summary>
    public IReadOnlyList<DesiredObject> Writes { get; }

    /// <summary>Objects that are unchanged but are on another line now.</summary>
    public IReadOnlyList<DesiredObject> Moves { get; }

    public IReadOnlyList<ConfigChange> Deletes { get; }

    public bool IsEmpty => Changes.Count == 0 && Moves.Count == 0;

    public static ConfigWork Of(IReadOnlyList<DesiredObject> desired, IReadOnlyList<ConfigRow> current, bool prune) => new(desired, current, prune);

    /// <summary>The objects as they are when the work is done.</summary>
    public IEnumerable<(string Kind, string Name, byte[] Digest)> ResultOn(IReadOnlyList<ConfigRow> current)
    {
        var result = current.ToDictionary(row => (row.Kind, row.Name), row => row.Digest);
        foreach (var gone in Deletes)
            result.Remove((gone.Kind, gone.Name));
        foreach (var written in Writes)
            result[(written.Kind, written.Name)] = written.Digest;
        return result.Select(row => (row.Key.Kind, row.Key.Name, row.Value));
    }
}
