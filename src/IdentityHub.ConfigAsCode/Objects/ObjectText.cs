using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>An object as people write it: YAML as in a configuration file, of which JSON is a part.</summary>
public static class ObjectText
{
    /// <summary>The text of an object, one line for each key.</summary>
    public static string Write(JsonObject form)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in form)
            text.Append(YamlText.Entry(key, value, indent: 0));
        return text.ToString();
    }

    /// <summary>Reads a text; what it means is checked elsewhere.</summary>
    /// <param name="faults">Gets what makes it no YAML, a sentence with its line each.</param>
    /// <returns>Null where the text has faults.</returns>
    public static JsonObject? TryRead(string text, List<string> faults)
    {
        var collected = new FaultCollector("");
        var root = new YamlReader("", collected).Read(text);
        faults.AddRange(collected.Sorted().Select(SentenceOf));
        return faults.Count > 0 ? null : root is null ? [] : (JsonObject)Of(root)!;
    }

    // The end of a sentence that begins with "it".
    private static string SentenceOf(ConfigFault fault)
    {
        var place = fault.Path.Length == 0 ? "" : $"is wrong at {fault.Path}: it ";
        return string.Create(CultureInfo.InvariantCulture, $"{place}{fault.Message} (line {fault.Line})");
    }

    private static JsonNode? Of(ConfigNode node) => node switch
    {
        MappingNode mapping => new JsonObject(
            mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Of(entry.Value)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(Of)]),
        ScalarNode scalar => Of(scalar),
        _ => null,
    };

    // A number that JSON cannot write stays a text, which is refused where a number is needed.
    private static JsonNode? Of(ScalarNode scalar) => scalar.Kind switch
    {
        ScalarKind.Null => null,
        ScalarKind.Boolean => scalar.Text is "true" or "True" or "TRUE",
        ScalarKind.Integer when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number,
        ScalarKind.Float when decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => scalar.Text,
    };
}
