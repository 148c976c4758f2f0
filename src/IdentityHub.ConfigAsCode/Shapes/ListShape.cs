using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>A list of one type; words in it are unique.</summary>
internal sealed class ListShape(ValueShape item, Type itemType, bool notEmpty) : ValueShape
{
    public override string Noun => "a list";

    /// <summary>The shape of each item.</summary>
    public ValueShape Item => item;

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node.IsFaulty)
            return null;
        if (node is ScalarNode { Kind: not ScalarKind.Null })
            return context.Refuse(node, "is a single value; a list is needed: put it in [ ]");
        if (node is not SequenceNode sequence)
            return context.Refuse(node, $"is {node.Noun}; a list is needed");
        if (notEmpty && sequence.Items.Count == 0)
            return context.Refuse(node, "is empty; at least one item is needed");

        RefuseRepeats(sequence, context);
        var values = new List<object>(sequence.Items.Count);
        foreach (var element in sequence.Items)
        {
            if (item.Read(element, context) is { } value)
                values.Add(value);
        }

        var array = Array.CreateInstance(itemType, values.Count);
        for (var i = 0; i < values.Count; i++)
            array.SetValue(values[i], i);
        return array;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.ToSchema(definitions) };
        if (notEmpty)
            schema["minItems"] = 1;
        if (item is TextShape)
            schema["uniqueItems"] = true;
        return schema;
    }

    private void RefuseRepeats(SequenceNode sequence, ReadContext context)
    {
        if (item is not TextShape || sequence.Items.Count < 2)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scalar in sequence.Items.OfType<ScalarNode>())
        {
            if (!seen.Add(scalar.Text))
                context.Refuse(scalar, "is in the list twice");
        }
    }
}
