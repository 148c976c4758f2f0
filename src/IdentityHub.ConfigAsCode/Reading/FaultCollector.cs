namespace IdentityHub.ConfigAsCode;

/// <summary>Gathers the faults of all files of one directory.</summary>
/// <param name="directoryName">What is written before the file names in faults; empty for nothing.</param>
internal sealed class FaultCollector(string directoryName)
{
    private readonly List<ConfigFault> _faults = [];
    private readonly List<ConfigFault> _notes = [];

    /// <summary>True when a file could not be read to its end, so that what is missing may be in it.</summary>
    public bool IsIncomplete { get; private set; }

    public bool Any => _faults.Count > 0;

    /// <summary>All faults in the order of files, lines and columns.</summary>
    public IReadOnlyList<ConfigFault> Sorted() => Sorted(_faults);

    /// <summary>All notes in the order of files, lines and columns.</summary>
    public IReadOnlyList<ConfigFault> SortedNotes() => Sorted(_notes);

    /// <summary>The value has no fault, and something was done to it that its author should know.</summary>
    public void AddNote(ConfigNode node, string message) =>
        _notes.Add(new(NameOf(node.File), node.Line, node.Column, node.Path, message));

    /// <summary>The directory itself is unusable.</summary>
    public void AddDirectory(string message)
    {
        IsIncomplete = true;
        _faults.Add(new(directoryName, 0, 0, "", message));
    }

    /// <summary>The file cannot be read from this place on.</summary>
    public void AddUnreadable(string file, int line, int column, string message)
    {
        IsIncomplete = true;
        _faults.Add(new(NameOf(file), line, column, "", message));
    }

    /// <summary>The value itself is wrong. Of several faults of one value the first is kept.</summary>
    public void AddShape(ConfigNode node, string message)
    {
        if (node.IsFaulty)
            return;
        node.IsFaulty = true;
        _faults.Add(FaultAt(node, message));
    }

    /// <summary>The key is wrong, or its value is not there.</summary>
    public void AddKey(MappingNode mapping, ScalarNode? key, string name, string message)
    {
        var place = (ConfigNode?)key ?? mapping;
        var step = new Step(name, 0);
        _faults.Add(
            new(NameOf(mapping.File), place.Line, place.Column, step.After(mapping.Path), message)
            {
                Pointer = step.AfterPointer(mapping.Pointer),
            });
    }

    /// <summary>
    /// The value at <paramref name="steps"/> (keys and indexes) inside <paramref name="node"/> breaks a rule. Where it is missing, the
    /// fault is reported at the node that should hold it. Nothing is reported where the value was refused already, or is missing because
    /// its key is misspelt.
    /// </summary>
    public void AddRule(ConfigNode node, string message, params ReadOnlySpan<object> steps)
    {
        foreach (var step in steps)
        {
            var next = step switch
            {
                string key when node is MappingNode mapping => mapping[key],
                int index when node is SequenceNode sequence => sequence.Items[index],
                _ => null,
            };
            if (next is null && node is MappingNode holder && step is string missing)
            {
                if (!holder.IsMisspelt(missing) && !holder.IsFaulty)
                    AddKey(holder, null, missing, message);
                return;
            }

            node = next ?? node;
        }

        if (!node.ContainsFault)
            _faults.Add(FaultAt(node, message));
    }

    /// <summary>A place as it is shown inside a message: <c>config/clients.yaml(3,5)</c>.</summary>
    public string PlaceOf(ConfigNode node) =>
        node.Line == 0 ? NameOf(node.File) : $"{NameOf(node.File)}({node.Line},{node.Column})";

    private ConfigFault FaultAt(ConfigNode node, string message) =>
        new(NameOf(node.File), node.Line, node.Column, node.Path, message) { Pointer = node.Pointer };

    private string NameOf(string file) => directoryName.Length == 0 ? file : $"{directoryName}/{file}";

    private static IReadOnlyList<ConfigFault> Sorted(List<ConfigFault> all) =>
        [.. all.OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line).ThenBy(fault => fault.Column)];
}
