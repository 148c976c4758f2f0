using System.Text.Json;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>The section <c>IdentityServer</c> of an <c>appsettings.json</c>.</summary>
internal static class AppSettingsFile
{
    private static readonly string[] Sections = ["Clients", "ApiScopes", "ApiResources", "IdentityResources"];

    /// <exception cref="CommandException">The file holds no configuration of IdentityServer.</exception>
    public static ConfigurationSource Read(FileInfo file, ImportReport report)
    {
        var root = new SourceObject("settings", SourceJson.Read(file), report);
        var section = root.Find("IdentityServer") is { ValueKind: JsonValueKind.Object } inner
            ? new SourceObject("settings", inner, report, "IdentityServer.")
            : root;
        if (!section.Keys.Any(key => Sections.Contains(key, StringComparer.OrdinalIgnoreCase)))
            throw new CommandException(
                $"'{file.Name}' has no section IdentityServer with {string.Join(", ", Sections)}: name the settings file of an "
                    + "IdentityServer.");
        var source = new ConfigurationSource(
            Read(section, "Clients", "clients", "ClientId", report), Read(section, "ApiScopes", "scopes", "Name", report),
            Read(section, "ApiResources", "api_resources", "Name", report), Read(section, "IdentityResources", "scopes", "Name", report));
        if (!ReferenceEquals(section, root))
            section.ReportRest("It is a setting of the server: see docs/settings.md.");
        return source;
    }

    // A list, or objects by their names: { "my-app": { "Profile": … } }.
    private static List<SourceObject> Read(SourceObject settings, string key, string section, string id, ImportReport report)
    {
        switch (settings.Find(key))
        {
            case { ValueKind: JsonValueKind.Array } list:
                return [.. list.EnumerateArray().Select(item => ConfigurationSource.New(section, id, item, report))];
            case { ValueKind: JsonValueKind.Object } named:
                return
                [
                    .. named.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object)
                        .Select(member => ConfigurationSource.New(section, id, Named(member, id), report))
                ];
            case { } other:
                settings.Report(key, other.GetRawText(), "It is no list. It was left out.");
                return [];
            default:
                return [];
        }
    }

    private static JsonElement Named(JsonProperty member, string id)
    {
        if (int.TryParse(member.Name, out _) || member.Value.EnumerateObject().Any(key => SourceNames.Comparer.Equals(key.Name, id)))
            return member.Value;

        // Of a key that is there twice the last one counts, as everywhere in settings.
        var named = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var key in member.Value.EnumerateObject())
            named[key.Name] = key.Value;
        named[id] = JsonSerializer.SerializeToElement(member.Name);
        return JsonSerializer.SerializeToElement(named);
    }
}
