using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>An object that a file is to hold.</summary>
/// <param name="IsEqual">True when the file that is there says the same already.</param>
internal sealed record ExportedObject(string Kind, string Name, JsonObject Form, bool IsEqual);

/// <summary>
/// Writes one file. What the file says already stays as it is written, with its comments: only objects that differ are written anew, and
/// those that are gone are cut out.
/// </summary>
internal static class ExportedFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A file that is written from its beginning.</summary>
    public static string New(string name, IReadOnlyList<ExportedObject> objects)
    {
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return NewJson(objects);
        var text = new StringBuilder();
        foreach (var kind in ConfigKind.All)
            Section(kind.Name, [.. objects.Where(exported => exported.Kind == kind.Name)], text);
        return text.Length == 0 ? "{}\n" : text.ToString();
    }

    /// <summary>The file that is there, with what differs written anew.</summary>
    /// <param name="written">Names of the objects of each section, in the order of the file.</param>
    public static string Changed(
        string name, string text, MappingNode root, ILookup<string, string> written, IReadOnlyList<ExportedObject> objects)
    {
        // A mapping in braces has no lines to keep.
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            || root.Entries.Count == 0
            || root.Entries.Any(section => section.Key.Column != 1))
            return New(name, objects);
        var file = new FileLines(text, root);
        var wanted = objects.ToDictionary(exported => (exported.Kind, exported.Name));
        var result = new StringBuilder();
        foreach (var section in file.Sections())
        {
            var names = written[section.Key].ToList();
            var all = objects.Where(exported => exported.Kind == section.Key).ToList();
            var added = all.Where(exported => !names.Contains(exported.Name)).ToList();
            result.Append(section.Before);
            if (added.Count == 0 && names.TrueForAll(known => wanted.TryGetValue((section.Key, known), out var same) && same.IsEqual))
                result.Append(section.Text);
            else if (section.Entries is null || section.Entries.Count != names.Count || all.Count == 0)
                Section(section.Key, all, result);
            else
                Entries(section, names, wanted, added, result);
        }

        result.Append(file.Rest);
        foreach (var kind in ConfigKind.All.Where(kind => file.Sections().All(section => section.Key != kind.Name)))
            Section(kind.Name, [.. objects.Where(exported => exported.Kind == kind.Name)], result);
        return result.ToString();
    }

    private static void Entries(
        FileSection section, List<string> names, Dictionary<(string Kind, string Name), ExportedObject> wanted, List<ExportedObject> added,
        StringBuilder result)
    {
        result.Append(section.Head);
        for (var i = 0; i < names.Count; i++)
        {
            var (comments, text) = section.Entries![i];
            if (!wanted.TryGetValue((section.Key, names[i]), out var exported))
                continue;
            result.Append(comments).Append(exported.IsEqual ? text : Entry(exported, section.Indent));
        }

        foreach (var exported in added)
            result.Append(Entry(exported, section.Indent));
    }

    private static void Section(string kind, List<ExportedObject> objects, StringBuilder text)
    {
        if (objects.Count == 0)
            return;
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        text.Append(kind).Append(":\n");
        foreach (var exported in objects)
            text.Append(Entry(exported, 2));
    }

    private static string Entry(ExportedObject exported, int indent) =>
        exported.Kind == ConfigKind.Dialects ? YamlText.Entry(exported.Name, exported.Form, indent) : YamlText.Item(exported.Form, indent);

    private static string NewJson(IReadOnlyList<ExportedObject> objects)
    {
        var root = new JsonObject();
        foreach (var section in objects.GroupBy(exported => exported.Kind))
        {
            root[section.Key] = section.Key == ConfigKind.Dialects
                ? new JsonObject(section.Select(exported => KeyValuePair.Create(exported.Name, (JsonNode?)exported.Form.DeepClone())))
                : new JsonArray([.. section.Select(exported => exported.Form.DeepClone())]);
        }

        return root.ToJsonString(s_json).ReplaceLineEndings("\n") + "\n";
    }
}
