using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Writes values as YAML that <see cref="YamlReader"/> reads back: an object has a line for each key, what is inside is in one line.
/// </summary>
internal static class YamlText
{
    /// <summary>An item of a list, each line with its line feed.</summary>
    public static string Item(JsonObject item, int indent)
    {
        if (item.Count == 0)
            return $"{new string(' ', indent)}- {{}}\n";
        var text = new StringBuilder();
        foreach (var (key, value) in item)
        {
            var lead = text.Length == 0 ? "- " : "  ";
            text.Append(' ', indent).Append(lead).Append(Scalar(key)).Append(": ").Append(Inline(value)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A key of a mapping with its value in one line.</summary>
    public static string Entry(string key, JsonNode? value, int indent) => $"{new string(' ', indent)}{Scalar(key)}: {Inline(value)}\n";

    private static string Inline(JsonNode? value) => value switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject mapping => "{ " + string.Join(", ", mapping.Select(entry => $"{Scalar(entry.Key)}: {Inline(entry.Value)}")) + " }",
        JsonArray list => "[" + string.Join(", ", list.Select(Inline)) + "]",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Scalar(text.GetValue<string>()),
        null => "null",
        _ => value.ToJsonString(),
    };

    private static string Scalar(string text)
    {
        var isPlain = text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ':' && CoreSchema.KindOf(text) == ScalarKind.Text
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '/' or ':' or '-' or '+' or '=');
        return isPlain ? text : Quoted(text);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (character is '"' or '\\')
                quoted.Append('\\').Append(character);
            else if (char.IsControl(character) || character is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                quoted.Append(character);
        }

        return quoted.Append('"').ToString();
    }
}
