using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>The files that an export finds: their objects, where each is written, and where it has its secrets from.</summary>
internal sealed class ExistingFiles
{
    private readonly Dictionary<string, (string Text, MappingNode? Root)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Name), DesiredObject> _objects = [];

    public ExistingFiles(string folder, ConfigContext context, ConfigObjectWriter writer)
    {
        var faults = new FaultCollector("");
        if (!Directory.Exists(folder) || ConfigFiles.Find(folder).Count == 0)
            return;
        foreach (var (name, text) in ConfigFiles.Read(Path.GetFullPath(folder), faults))
            _files[name] = (text, new YamlReader(name, faults).Read(text));

        var loaded = ConfigLoader.Load(folder, context);
        Faults = loaded.Faults;
        foreach (var desired in loaded.Document is { } document ? writer.Write(document) : [])
        {
            _objects[(desired.Kind, desired.Name)] = desired;
            using var fingerprint = JsonDocument.Parse(desired.Fingerprint);
            if (NodeOf(desired) is { } node)
                Secrets.Learn(desired.Definition.GetType(), node, fingerprint.RootElement);
        }
    }

    public IReadOnlyList<ConfigFault> Faults { get; } = [];

    public ExportedSecrets Secrets { get; } = new();

    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>The file that holds the object; null where none does.</summary>
    public string? FileOf(string kind, string name) =>
        _objects.TryGetValue((kind, name), out var found) ? found.Definition.Source!.File : null;

    /// <summary>The digest of the object as the files say it; null where they do not have it.</summary>
    public byte[]? DigestOf(string kind, string name) => _objects.TryGetValue((kind, name), out var found) ? found.Digest : null;

    /// <summary>How many objects the file holds.</summary>
    public int CountOf(string file) => _objects.Values.Count(found => found.Definition.Source!.File == file);

    /// <summary>The text of the file when it holds these objects.</summary>
    public string Rewrite(string file, IReadOnlyList<ExportedObject> wanted)
    {
        var (text, root) = _files[file];
        var written = _objects
            .Values.Where(found => found.Definition.Source!.File == file)
            .OrderBy(found => found.Definition.Source!.Line)
            .ToLookup(found => found.Kind, found => found.Name);
        return root is null ? ExportedFile.New(file, wanted) : ExportedFile.Changed(file, text, root, written, wanted);
    }

    private ConfigNode? NodeOf(DesiredObject desired)
    {
        var section = _files[desired.Definition.Source!.File].Root?[desired.Kind];
        return section switch
        {
            MappingNode dialects => dialects[desired.Name],
            SequenceNode list => list.Items.Find(item => item.Line == desired.Definition.Source.Line && IsNamed(item, desired)),
            _ => null,
        };
    }

    // Several objects may stand in one line.
    private static bool IsNamed(ConfigNode item, DesiredObject desired) =>
        item is MappingNode mapping
        && mapping.Entries.Any(entry =>
            entry.Value is ScalarNode scalar && scalar.Text.Equals(desired.Name, StringComparison.OrdinalIgnoreCase));
}
