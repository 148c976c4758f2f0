using System.Globalization;

namespace IdentityHub.ConfigAsCode;

/// <summary>A value as it is written in a file, with its place. Line and column count from 1.</summary>
internal abstract class ConfigNode
{
    public required string File { get; init; }

    public required int Line { get; init; }

    public required int Column { get; init; }

    public ConfigNode? Parent { get; init; }

    /// <summary>The step that leads here from <see cref="Parent"/>.</summary>
    public Step Step { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public abstract string Noun { get; }

    /// <summary>True when the value itself was refused, so that nothing that follows from it is reported again.</summary>
    public bool IsFaulty { get; set; }

    /// <summary>True when this value or one inside it was refused.</summary>
    public virtual bool ContainsFault => IsFaulty;

    /// <summary>For example <c>clients[2].scope</c>; empty at the root.</summary>
    public string Path => Parent is null ? "" : Step.After(Parent.Path);

    /// <summary>The same as a JSON pointer: <c>/clients/2/scope</c>. RFC 6901.</summary>
    public string Pointer => Parent is null ? "" : Step.AfterPointer(Parent.Pointer);
}

/// <summary>A key of a mapping, or an index of a list.</summary>
internal readonly record struct Step(string? Key, int Index)
{
    /// <summary><c>clients</c> and <c>[2]</c>, <c>clients[2]</c> and <c>scope</c>.</summary>
    public string After(string path) => (Key, path) switch
    {
        (null, _) => $"{path}[{Index}]",
        (_, "") => Key,
        _ => $"{path}.{Key}",
    };

    /// <summary>The same in a JSON pointer, in which <c>~</c> and <c>/</c> are escaped. RFC 6901 §3.</summary>
    public string AfterPointer(string pointer) => Key is null
        ? string.Create(CultureInfo.InvariantCulture, $"{pointer}/{Index}")
        : $"{pointer}/{Key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}

internal sealed class MappingNode : ConfigNode
{
    /// <summary>Up to here looking through the entries is faster than hashing; beyond it, it would be quadratic.</summary>
    private const int FewEntries = 24;

    private readonly List<(ScalarNode Key, ConfigNode Value)> _entries = [];
    private Dictionary<string, int>? _index;
    private HashSet<string>? _misspelt;

    public IReadOnlyList<(ScalarNode Key, ConfigNode Value)> Entries => _entries;

    public override string Noun => "a mapping";

    public override bool ContainsFault => IsFaulty || _entries.Exists(entry => entry.Value.ContainsFault);

    /// <summary>The value under <paramref name="key"/>; null when it is not there.</summary>
    public ConfigNode? this[string key] => IndexOf(key) is var index and >= 0 ? _entries[index].Value : null;

    /// <summary>Adds an entry, unless its key is there already.</summary>
    /// <returns>The key that was there; null when the entry was added.</returns>
    public ScalarNode? Add(ScalarNode key, ConfigNode value)
    {
        if (IndexOf(key.Text) is var first and >= 0)
            return _entries[first].Key;
        _entries.Add((key, value));
        _index?.Add(key.Text, _entries.Count - 1);
        return null;
    }

    /// <summary>Remembers that an unknown key was probably meant to be <paramref name="key"/>.</summary>
    public void AddMisspelt(string key) => (_misspelt ??= new(StringComparer.Ordinal)).Add(key);

    /// <summary>True when <paramref name="key"/> is missing only because it is misspelt.</summary>
    public bool IsMisspelt(string key) => _misspelt?.Contains(key) == true;

    private int IndexOf(string key)
    {
        if (_entries.Count > FewEntries)
        {
            _index ??= Enumerable.Range(0, _entries.Count).ToDictionary(i => _entries[i].Key.Text, StringComparer.Ordinal);
            return _index.GetValueOrDefault(key, -1);
        }

        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Key.Text == key)
                return i;
        }

        return -1;
    }
}

internal sealed class SequenceNode : ConfigNode
{
    public List<ConfigNode> Items { get; } = [];

    public override string Noun => "a list";

    public override bool ContainsFault => IsFaulty || Items.Exists(item => item.ContainsFault);
}

internal sealed class ScalarNode : ConfigNode
{
    public required string Text { get; init; }

    /// <summary>What the YAML 1.2 core schema (§10.3) takes the text for; quoted text is always a string.</summary>
    public required ScalarKind Kind { get; init; }

    public override string Noun => Kind switch
    {
        ScalarKind.Null => "empty",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer or ScalarKind.Float => "a number",
        _ => "a string",
    };
}
