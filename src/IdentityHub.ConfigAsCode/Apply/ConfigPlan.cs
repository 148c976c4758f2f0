namespace IdentityHub.ConfigAsCode;

/// <summary>
/// What one run of the applier does, and the state of the database that it was computed for. The applier does what stands here and nothing
/// else.
/// </summary>
public sealed class ConfigPlan
{
    /// <summary>The stage that the files were read for.</summary>
    public required string Stage { get; init; }

    /// <summary>The generation that was in force; null where nothing was applied yet.</summary>
    public required string? Generation { get; init; }

    /// <summary>Creations, changes and deletions, in the order in which they are done.</summary>
    public required IReadOnlyList<PlannedChange> Changes { get; init; }

    /// <summary>Deletions that are left out: all where pruning was not asked for, and users always.</summary>
    public required IReadOnlyList<ConfigChange> Kept { get; init; }

    /// <summary>Why nothing can be applied to this database, a sentence each; empty when it can.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>How many unchanged objects are at another place of the files.</summary>
    public int MovedCount => Moves.Count;

    /// <summary>True when nothing is to be written.</summary>
    public bool IsEmpty => Changes.Count == 0 && Moves.Count == 0;

    /// <summary>Hash of all rows that the plan was computed for, their places included.</summary>
    internal string State { get; init; } = "";

    /// <summary>Objects to create or change.</summary>
    internal IReadOnlyList<DesiredObject> Writes { get; init; } = [];

    /// <summary>Objects that are unchanged but are on another line now.</summary>
    internal IReadOnlyList<MovedObject> Moves { get; init; } = [];

    /// <summary>True when a stored document was changed by somebody else: its digest says what the files say, its text does not.</summary>
    internal bool Repairs { get; init; }

    internal IEnumerable<ConfigChange> Deletes =>
        Changes.Select(planned => planned.Change).Where(change => change.Action == ConfigAction.Delete);

    /// <summary>The objects as they are when the plan is done.</summary>
    internal IEnumerable<(string Kind, string Name, byte[] Digest)> ResultOn(IReadOnlyList<ConfigRow> current)
    {
        var result = current.ToDictionary(row => (row.Kind, row.Name), row => row.Digest);
        foreach (var gone in Deletes)
            result.Remove((gone.Kind, gone.Name));
        foreach (var written in Writes)
            result[(written.Kind, written.Name)] = written.Digest;
        return result.Select(row => (row.Key.Kind, row.Key.Name, row.Value));
    }
}

/// <summary>An object that is on another line of the files.</summary>
internal sealed record MovedObject(string Kind, string Name, ConfigSource? Source);
