using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IdentityHub.ConfigAsCode;

/// <summary>What came of a conversion.</summary>
/// <param name="Files">Text of each file by its name; together they have no fault.</param>
/// <param name="Counts">How many objects of each section the files hold.</param>
/// <param name="Removed">What the rules of the configuration refuse, and was therefore left out.</param>
public sealed record ConvertedFiles(
    IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<RemovedPart> Removed);

/// <summary>A part of an object, or a whole one, that the rules refuse.</summary>
/// <param name="Kind">The section, e.g. <c>clients</c>.</param>
/// <param name="Name">The object.</param>
/// <param name="Key">The key that was left out; null where the whole object was.</param>
/// <param name="Value">Its value; null for a secret, and where there is none.</param>
/// <param name="Fault">Why, as the message of the fault, which begins at the value.</param>
public sealed record RemovedPart(string Kind, string Name, string? Key, string? Value, string Fault);

/// <summary>
/// Writes definitions that were made from another system's configuration as files. Another system allows what this one refuses: a part
/// that is refused is left out, until no fault is left. Secrets must be digests.
/// </summary>
public static partial class ConfigConversion
{
    private const string Dropped = "";

    /// <param name="header">A comment for the first line of each file.</param>
    public static ConvertedFiles Convert(ConfigDocument document, string header, ConfigContext context)
    {
        var form = new FileForm(new ExportedSecrets().TextOf);
        var objects = ConfigKind.All.ToDictionary(
            kind => kind.Name, kind => kind.ObjectsOf(document).Select(one => Export(kind.Name, one.Name, one.Definition, form)).ToList());
        var removed = new List<RemovedPart>();
        var folder = Directory.CreateTempSubdirectory("hub-import-").FullName;
        try
        {
            while (true)
            {
                var files = Write(objects, header);
                foreach (var file in Directory.GetFiles(folder))
                    File.Delete(file);
                foreach (var (name, text) in files)
                    File.WriteAllText(Path.Combine(folder, name), text);
                var faults = files.Count == 0 ? [] : ConfigLoader.Load(folder, context).Faults;
                if (faults.Count == 0)
                    return new(files, objects.ToDictionary(kind => kind.Key, kind => kind.Value.Count), removed);
                removed.AddRange(Remove(faults, objects));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ExportedObject Export(string kind, string name, ConfigDefinition definition, FileForm form)
    {
        var type = definition.GetType();
        var stored = JsonSerializer.SerializeToElement(definition, ConfigJson.Default.GetTypeInfo(type)!);
        return new(kind, name, form.Of(type, stored, $"{kind}_{name}"), IsEqual: false);
    }

    private static SortedDictionary<string, string> Write(Dictionary<string, List<ExportedObject>> objects, string header)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in objects.GroupBy(kind => FileOf(kind.Key), kind => kind.Value))
        {
            if (file.SelectMany(list => list).ToList() is { Count: > 0 } all)
                files[file.Key] = $"# {header}\n\n{ExportedFile.New(file.Key, all)}";
        }

        return files;
    }

    // As the files that are shipped for trying out.
    private static string FileOf(string kind) => kind switch
    {
        ConfigKind.Scopes or ConfigKind.ApiResources => "resources.yaml",
        ConfigKind.Organizations or ConfigKind.Roles or ConfigKind.Users or ConfigKind.ApiKeys => "organizations.yaml",
        ConfigKind.Dialects or ConfigKind.Tenants => "dialects.yaml",
        _ => "clients.yaml",
    };

    private static List<RemovedPart> Remove(IReadOnlyList<ConfigFault> faults, Dictionary<string, List<ExportedObject>> objects)
    {
        var parts = new List<(ExportedObject Object, string Key, int Item, string Fault)>();
        foreach (var fault in faults)
        {
            var path = FaultPath().Match(fault.Path);
            if (!path.Success || !objects.TryGetValue(path.Groups["kind"].Value, out var list))
                throw new InvalidOperationException($"The converted files have a fault that belongs to no object: {fault}");
            var found = list[int.Parse(path.Groups["index"].Value, CultureInfo.InvariantCulture)];
            var key = path.Groups["key"].Value;
            var item = path.Groups["item"] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : -1;
            var isPart = found.Form.ContainsKey(key) && !IsName(found, key);
            parts.Add((found, isPart ? key : Dropped, isPart ? item : -1, $"{(isPart ? "" : $"{key} ")}{fault.Message}"));
        }

        var removed = new List<RemovedPart>();
        foreach (var same in parts.GroupBy(part => (part.Object, part.Key)))
        {
            // A whole object goes once, and with it its parts; items go from the last to the first.
            var (holder, key) = same.Key;
            if (key == Dropped)
                removed.Add(Drop(holder, same.First().Fault, objects));
            else if (parts.TrueForAll(part => part.Object != holder || part.Key != Dropped))
                removed.AddRange(RemoveKey(holder, key, [.. same.Select(part => (part.Item, part.Fault))]));
        }

        return removed;
    }

    private static IEnumerable<RemovedPart> RemoveKey(ExportedObject holder, string key, List<(int Item, string Fault)> faults)
    {
        if (faults.Find(fault => fault.Item < 0) is { Fault: not null } whole || holder.Form[key] is not JsonArray list)
        {
            var value = ValueOf(key, holder.Form[key]);
            holder.Form.Remove(key);
            yield return new(holder.Kind, holder.Name, key, value, faults[0].Fault);
            yield break;
        }

        foreach (var (item, fault) in faults.DistinctBy(fault => fault.Item).OrderByDescending(fault => fault.Item))
        {
            var value = ValueOf(key, list[item]);
            list.RemoveAt(item);
            yield return new(holder.Kind, holder.Name, key, value, fault);
        }

        if (list.Count == 0)
            holder.Form.Remove(key);
    }

    private static RemovedPart Drop(ExportedObject dropped, string fault, Dictionary<string, List<ExportedObject>> objects)
    {
        objects[dropped.Kind].RemoveAll(one => ReferenceEquals(one, dropped));
        if (dropped.Kind == ConfigKind.Scopes)
        {
            foreach (var client in objects[ConfigKind.Clients])
                RemoveScope(client.Form, dropped.Name);
        }

        return new(dropped.Kind, dropped.Name, null, null, fault);
    }

    // The scopes of a client are one text: a fault of it does not say which one is meant.
    private static void RemoveScope(JsonObject client, string scope)
    {
        foreach (var key in (string[])["scope", "default_scope"])
        {
            if (client[key]?.GetValue<string>().Split(' ') is { } scopes && scopes.Contains(scope))
                client[key] = string.Join(' ', scopes.Where(one => one != scope));
        }
    }

    private static bool IsName(ExportedObject exported, string key) =>
        key == (exported.Kind == ConfigKind.Clients ? "client_id" : exported.Kind == ConfigKind.Organizations ? "id" : "name");

    private static string? ValueOf(string key, JsonNode? value) =>
        key is "client_secrets" or "value" or "api_keys" ? null
        : value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value?.ToJsonString();

    [GeneratedRegex(@"^(?<kind>\w+)\[(?<index>\d+)\](?:\.(?<key>\w+)(?:\[(?<item>\d+)\])?.*)?$")]
    private static partial Regex FaultPath();
}
