using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>A value that a file writes as a string.</summary>
internal abstract class TextShape : ValueShape
{
    public sealed override object? Read(ConfigNode node, ReadContext context) => node switch
    {
        { IsFaulty: true } => null,
        ScalarNode { Kind: ScalarKind.Text } scalar => ReadText(scalar, context),
        ScalarNode { Kind: ScalarKind.Null } => context.Refuse(node, $"is empty; {Noun} is needed"),
        ScalarNode => context.Refuse(node, $"is {node.Noun}; {Noun} is needed: put it in quotes"),
        _ => context.Refuse(node, $"is {node.Noun}; {Noun} is needed"),
    };

    public override JsonNode? ToJson(object value) => value.ToString();

    protected abstract object? ReadText(ScalarNode scalar, ReadContext context);
}
