using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>Makes of JSON what the shapes read, so that a body has the faults that a file has.</summary>
internal static class JsonBody
{
    /// <summary>The root of a body. Its faults have no line, and a pointer from the root.</summary>
    /// <param name="file">Names the object in messages about others.</param>
    public static ConfigNode Read(JsonElement body, string file, FaultCollector faults) => Node(body, file, null, default, faults);

    private static ConfigNode Node(JsonElement value, string file, ConfigNode? parent, Step step, FaultCollector faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var mapping = new MappingNode { File = file, Line = 0, Column = 0, Parent = parent, Step = step };
                foreach (var member in value.EnumerateObject())
                {
                    var key = Scalar(member.Name, ScalarKind.Text, file, mapping, default);
                    if (mapping.Add(key, Node(member.Value, file, mapping, new(member.Name, 0), faults)) is not null)
                        faults.AddKey(mapping, key, member.Name, "is given twice");
                }

                return mapping;
            case JsonValueKind.Array:
                var sequence = new SequenceNode { File = file, Line = 0, Column = 0, Parent = parent, Step = step };
                foreach (var item in value.EnumerateArray())
                    sequence.Items.Add(Node(item, file, sequence, new(null, sequence.Items.Count), faults));
                return sequence;
            case JsonValueKind.String:
                var text = Scalar(value.GetString()!, ScalarKind.Text, file, parent, step);

                // The database cannot store it.
                if (text.Text.Contains('\0', StringComparison.Ordinal))
                    faults.AddShape(text, "holds a control character");
                return text;
            case JsonValueKind.Number:
                return Scalar(value.GetRawText(), CoreSchema.KindOf(value.GetRawText()), file, parent, step);
            case JsonValueKind.True:
            case JsonValueKind.False:
                return Scalar(value.GetRawText(), ScalarKind.Boolean, file, parent, step);
            default:
                return Scalar("", ScalarKind.Null, file, parent, step);
        }
    }

    private static ScalarNode Scalar(string text, ScalarKind kind, string file, ConfigNode? parent, Step step) =>
        new() { File = file, Line = 0, Column = 0, Parent = parent, Step = step, Text = text, Kind = kind };
}
