using System.Globalization;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary><c>true</c> or <c>false</c>; not <c>yes</c>, <c>on</c> or a string.</summary>
internal sealed class BooleanShape : ValueShape
{
    public override string Noun => "true or false";

    public override object? Read(ConfigNode node, ReadContext context) => node switch
    {
        { IsFaulty: true } => null,
        ScalarNode { Kind: ScalarKind.Boolean } scalar => scalar.Text[0] is 't' or 'T',
        ScalarNode { Text: "true" or "false" } => context.Refuse(node, "is a string; true or false is needed: remove the quotes"),
        _ => context.Refuse(node, $"is {node.Noun}; true or false is needed"),
    };

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "boolean" };

    public override JsonNode? ToJson(object value) => (bool)value;
}

/// <summary>A whole number.</summary>
internal sealed class IntegerShape(RangeAttribute range) : ValueShape
{
    public override string Noun => $"a whole number from {range.Least} to {range.Most}";

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node.IsFaulty)
            return null;
        if (node is not ScalarNode { Kind: ScalarKind.Integer } scalar)
            return context.Refuse(node, $"is {node.Noun}; {Noun} is needed");
        return int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= range.Least && number <= range.Most
            ? number
            : context.Refuse(node, $"must be {Noun}");
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        new() { ["type"] = "integer", ["minimum"] = range.Least, ["maximum"] = range.Most };

    public override JsonNode? ToJson(object value) => (int)value;
}
