using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>Literals of the languages.</summary>
internal static class SampleText
{
    /// <summary>A text in quotation marks, as C#, Java and Python read it.</summary>
    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in single quotation marks, as JavaScript reads it.</summary>
    public static string SingleQuote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>Every line further right, but for the first.</summary>
    public static string Indent(string text, int blanks) => text.Replace("\n", "\n" + new string(' ', blanks), StringComparison.Ordinal);

    /// <summary>JSON as a literal of Python: <c>True</c>, <c>False</c> and <c>None</c> are written otherwise.</summary>
    /// <param name="blanks">How far right the lines begin that follow the first.</param>
    public static string Python(JsonNode? value, int blanks)
    {
        var (inner, end) = (new string(' ', blanks + 4), new string(' ', blanks));
        return value switch
        {
            null => "None",
            JsonObject { Count: 0 } => "{}",
            JsonArray { Count: 0 } => "[]",
            JsonObject members => members.Aggregate(
                "{\n", (text, member) => $"{text}{inner}{Quote(member.Key)}: {Python(member.Value, blanks + 4)},\n") + end + "}",
            JsonArray entries => $"[\n{string.Concat(entries.Select(entry => $"{inner}{Python(entry, blanks + 4)},\n"))}{end}]",
            _ => value.GetValueKind() switch
            {
                JsonValueKind.True => "True",
                JsonValueKind.False => "False",
                JsonValueKind.String => Quote(value.GetValue<string>()),
                _ => value.ToJsonString(),
            },
        };
    }
}
