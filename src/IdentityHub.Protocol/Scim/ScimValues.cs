using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>
/// Reads values as a schema describes them, and as directories write them: <c>"False"</c> for a boolean, one value for a list of one, and
/// an object with <c>value</c> for a plain value.
/// </summary>
public static class ScimValues
{
    /// <summary>Longest text of one value in characters.</summary>
    public const int MaxLength = 2048;

    /// <summary>The value in the form of its attribute; a value of null where there is none: null, an empty text, an empty list.</summary>
    public static Outcome<ReadValue> Read(AttributeDefinition attribute, JsonNode? sent) =>
        attribute.IsMultiValued ? ReadList(attribute, sent) : ReadOne(attribute, sent is JsonArray { Count: 1 } only ? only[0] : sent);

    private static Outcome<ReadValue> ReadList(AttributeDefinition attribute, JsonNode? sent)
    {
        var values = new JsonArray();
        foreach (var one in sent is JsonArray list ? list.ToList() : [sent])
        {
            var read = ReadOne(attribute, one);
            if (!read.Succeeded)
                return read.Error;
            if (read.Value.Node is { } node)
                values.Add(node);
        }

        return new ReadValue(values.Count == 0 ? null : values);
    }

    private static Outcome<ReadValue> ReadOne(AttributeDefinition attribute, JsonNode? sent) => attribute.Type switch
    {
        _ when sent is null => new ReadValue(null),
        ScimType.Complex => ReadComplex(attribute, sent),
        ScimType.Boolean => ReadBoolean(attribute, Plain(sent)),
        _ => ReadText(attribute, Plain(sent)),
    };

    private static Outcome<ReadValue> ReadComplex(AttributeDefinition attribute, JsonNode sent)
    {
        if (sent is JsonValue && attribute.Sub("value") is { } value)
            return ReadOne(value, sent) is var plain && plain.Succeeded
                ? new ReadValue(plain.Value.Node is { } node ? new JsonObject { [value.Name] = node } : null)
                : plain.Error;
        if (sent is not JsonObject members)
            return Wrong(attribute, "an object");
        var read = new JsonObject();
        foreach (var (name, member) in members)
        {
            if (attribute.Sub(name) is not { Mutability: not AttributeMutability.ReadOnly } sub)
                continue;
            var one = Read(sub, member);
            if (!one.Succeeded)
                return one.Error;
            if (one.Value.Node is { } node)
                read[sub.Name] = node;
        }

        return new ReadValue(read.Count == 0 ? null : read);
    }

    private static Outcome<ReadValue> ReadBoolean(AttributeDefinition attribute, JsonNode? sent) => sent?.GetValueKind() switch
    {
        JsonValueKind.True => new ReadValue(JsonValue.Create(true)),
        JsonValueKind.False => new ReadValue(JsonValue.Create(false)),
        JsonValueKind.String when bool.TryParse(sent.GetValue<string>(), out var truth) => new ReadValue(JsonValue.Create(truth)),
        _ => Wrong(attribute, "true or false"),
    };

    private static Outcome<ReadValue> ReadText(AttributeDefinition attribute, JsonNode? sent)
    {
        if (sent?.GetValueKind() != JsonValueKind.String)
            return Wrong(attribute, "a string");
        var text = sent.GetValue<string>();
        if (text.Length > MaxLength)
            return ScimRefusals.Value($"The value of '{attribute.Name}' is longer than {MaxLength} characters.");
        if (text.Any(char.IsControl))
            return ScimRefusals.Value($"The value of '{attribute.Name}' holds control characters.");
        return new ReadValue(text.Length == 0 ? null : JsonValue.Create(text));
    }

    private static JsonNode? Plain(JsonNode sent) => sent is JsonObject members ? members["value"] : sent;

    private static Refusal Wrong(AttributeDefinition attribute, string expected) =>
        ScimRefusals.Value($"The value of '{attribute.Name}' must be {expected}.");
}

/// <summary>A value that was read.</summary>
/// <param name="Node">Without a parent; null for no value.</param>
public readonly record struct ReadValue(JsonNode? Node)
{
    /// <summary>Shows nothing: it may be a password.</summary>
    public override string ToString() => nameof(ReadValue);
}
