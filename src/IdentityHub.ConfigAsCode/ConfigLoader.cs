namespace IdentityHub.ConfigAsCode;

/// <summary>Reads a configuration directory: every file, every fault at once.</summary>
public static class ConfigLoader
{
    /// <summary>
    /// Reads all <c>*.yaml</c>, <c>*.yml</c> and <c>*.json</c> below <paramref name="directory"/>, fetches the secrets that they point to,
    /// and joins them. Bad content gives faults, never an exception.
    /// </summary>
    public static ConfigLoadResult Load(string directory, ConfigContext context)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var faults = new FaultCollector(Path.GetFileName(path));
        var reading = new ReadContext(path, context, faults);
        var shape = ObjectShape.Of(typeof(ConfigDocument));

        var parts = new List<ConfigPart>();
        foreach (var (name, text) in ConfigFiles.Read(path, faults))
        {
            if (new YamlReader(name, faults).Read(text) is { } root && shape.Read(root, reading) is ConfigDocument part)
                parts.Add(new(part, root));
        }

        var document = ConfigPart.Join(parts, faults);
        ConfigRules.Check(new RuleContext(document, parts, reading));
        return faults.Any ? new(null, faults.Sorted(), faults.SortedNotes()) : new(document, [], faults.SortedNotes());
    }

    /// <summary>
    /// Every file below a configuration directory, whatever its name: a change of one may change what <see cref="Load"/> reads. None where
    /// there is no such directory.
    /// </summary>
    public static IEnumerable<FileInfo> FilesBelow(string directory) => ConfigFiles.AllBelow(directory).Select(found => found.File);
}
