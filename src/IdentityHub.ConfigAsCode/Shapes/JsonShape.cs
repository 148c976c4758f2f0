using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>Any value that JSON has, but null on its own.</summary>
internal sealed class JsonShape : ValueShape
{
    public override string Noun => "a string, a number, true, false, a list or a mapping";

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node.IsFaulty)
            return null;
        if (node is ScalarNode { Kind: ScalarKind.Null })
            return context.Refuse(node, $"is empty; {Noun} is needed");
        var value = ToNode(node, context);
        if (node.ContainsFault)
            return null;
        var read = ClaimValue.Of(JsonSerializer.SerializeToElement(value));
        return read.Json.Length <= ClaimValue.MaxLength
            ? read
            : context.Refuse(node, $"has {read.Json.Length} characters as JSON; at most {ClaimValue.MaxLength} are allowed");
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean", "array", "object") };

    private static JsonNode? ToNode(ConfigNode node, ReadContext context) => node switch
    {
        MappingNode mapping => new JsonObject(
            mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToNode(entry.Value, context)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(item => ToNode(item, context))]),
        ScalarNode scalar => ToNode(scalar, context),
        _ => null,
    };

    private static JsonNode? ToNode(ScalarNode scalar, ReadContext context)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                return null;
            case ScalarKind.Boolean:
                return scalar.Text[0] is 't' or 'T';
            case ScalarKind.Integer when scalar.Text.Length <= ClaimValue.MaxLength:
                return JsonNode.Parse(IntegerOf(scalar.Text).ToString(CultureInfo.InvariantCulture));
            case ScalarKind.Float
                when double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                return number;
            case ScalarKind.Text:
                return scalar.Text;
            default:
                context.Refuse(scalar, "is a number that JSON does not have");
                return null;
        }
    }

    // YAML 1.2 §10.3.2: 0o7 and 0xF have no sign.
    private static BigInteger IntegerOf(string text) => text switch
    {
        ['0', 'x', .. var digits] => BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        ['0', 'o', .. var digits] => digits.Aggregate(BigInteger.Zero, (value, digit) => (value * 8) + (digit - '0')),
        _ => BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
    };
}
