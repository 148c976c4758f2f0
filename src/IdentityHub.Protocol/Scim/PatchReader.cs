using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>
/// Reads the body of a PATCH. RFC 7644 §3.5.2. The names of operations are read without regard to case: Entra ID sends "Replace".
/// </summary>
public static class PatchReader
{
    /// <summary>Operations in one request.</summary>
    public const int MaxOperations = 100;

    /// <summary>The operations, each with a path; an operation without one is one operation for each attribute of its value.</summary>
    public static Outcome<IReadOnlyList<PatchOperation>> Read(JsonElement body)
    {
        if (ResourceReader.MessageFault(body, ScimUrns.PatchOp) is { } fault)
            return fault;
        if (MemberOf(body, "Operations") is not { ValueKind: JsonValueKind.Array } listed || listed.GetArrayLength() == 0)
            return ScimRefusals.Syntax("'Operations' must be a list of operations.");
        if (listed.GetArrayLength() > MaxOperations)
            return ScimRefusals.TooMany($"There are more than {MaxOperations} operations.");

        var operations = new List<PatchOperation>();
        foreach (var sent in listed.EnumerateArray())
        {
            if (Add(operations, sent) is { } refusal)
                return refusal;
        }

        return Outcome.Of<IReadOnlyList<PatchOperation>>(operations);
    }

    private static Refusal? Add(List<PatchOperation> operations, JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object
            || MemberOf(sent, "op") is not { ValueKind: JsonValueKind.String } op
            || VerbOf(op.GetString()!) is not { } verb)
            return ScimRefusals.Syntax("The 'op' of an operation must be add, remove or replace.");
        var value = NodeOf(MemberOf(sent, "value"));
        switch (MemberOf(sent, "path"))
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return AddWithoutPath(operations, verb, value);
            case { ValueKind: JsonValueKind.String } path:
                return Add(operations, verb, path.GetString()!, value);
            default:
                return ScimRefusals.Path("The 'path' of an operation must be a string.");
        }
    }

    // Entra ID sends paths as the names of the members: {"emails[type eq \"work\"].value": "a@example.com", "name.familyName": "A"}.
    private static Refusal? AddWithoutPath(List<PatchOperation> operations, PatchVerb verb, JsonNode? value)
    {
        if (verb == PatchVerb.Remove)
            return ScimRefusals.NoTarget("An operation that removes needs a 'path'.");
        if (value is not JsonObject members)
            return ScimRefusals.Syntax("An operation without 'path' needs an object as its 'value'.");
        foreach (var (name, member) in members.ToList())
        {
            if (operations.Count >= MaxOperations)
                return ScimRefusals.TooMany($"There are more than {MaxOperations} operations.");
            if (Add(operations, verb, name, member) is { } refusal)
                return refusal;
        }

        return null;
    }

    private static Refusal? Add(List<PatchOperation> operations, PatchVerb verb, string text, JsonNode? value)
    {
        var path = PatchPath.Read(text);
        if (!path.Succeeded)
            return path.Error;

        // What is replaced by nothing is removed, and nothing that is added changes nothing.
        if (value is null && verb == PatchVerb.Add)
            return null;
        operations.Add(new PatchOperation(value is null ? PatchVerb.Remove : verb, path.Value, value?.DeepClone()));
        return null;
    }

    private static PatchVerb? VerbOf(string op) => op.ToUpperInvariant() switch
    {
        "ADD" => PatchVerb.Add,
        "REMOVE" => PatchVerb.Remove,
        "REPLACE" => PatchVerb.Replace,
        _ => null,
    };

    private static JsonElement? MemberOf(JsonElement body, string name)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    private static JsonNode? NodeOf(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.Object } => JsonObject.Create(value.Value),
        { ValueKind: JsonValueKind.Array } => JsonArray.Create(value.Value),
        _ => JsonValue.Create(value.Value),
    };
}
