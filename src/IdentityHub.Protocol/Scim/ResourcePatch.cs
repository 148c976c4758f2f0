using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>
/// Applies a PATCH to a resource. RFC 7644 §3.5.2. Where the RFC refuses and directories rely on more, it does more: an <c>add</c> or a
/// <c>replace</c> of <c>emails[type eq "work"].value</c> makes the value that is missing.
/// </summary>
public sealed class ResourcePatch(ScimSchema schema, JsonObject resource)
{
    /// <summary>Applies the operations one after the other to the resource.</summary>
    /// <returns>The refusal of the first that cannot be applied; the resource is of no use then. Null when all were applied.</returns>
    public Refusal? Apply(IReadOnlyList<PatchOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (Apply(operation) is { } refusal)
                return refusal;
        }

        return ResourceReader.MissingIn(resource, schema) is { } missing
            ? ScimRefusals.Mutability($"The attribute '{missing}' is required and cannot be removed.")
            : null;
    }

    private Refusal? Apply(PatchOperation operation)
    {
        var path = operation.Path!;
        if (IsIgnored(path))
            return null;
        if (path.Attribute.Schema is { } urn && !urn.Equals(schema.Id, StringComparison.OrdinalIgnoreCase))
            return ScimRefusals.Path($"There is no schema '{ScimRefusals.Shown(urn)}'.");
        if (schema.Find(path.Attribute.Name) is not { } attribute)
            return ScimRefusals.Path($"There is no attribute '{ScimRefusals.Shown(path.Attribute.Name)}'.");
        if (path.Sub is not null && attribute.Sub(path.Sub) is null)
            return ScimRefusals.Path($"'{attribute.Name}' has no sub-attribute '{ScimRefusals.Shown(path.Sub)}'.");
        if (path.Filter is not null && attribute is not { IsMultiValued: true, Type: ScimType.Complex })
            return ScimRefusals.Path($"'{attribute.Name}' has no values to choose from.");
        if (attribute.Mutability == AttributeMutability.ReadOnly
            || (path.Sub is not null && attribute.Sub(path.Sub)!.Mutability == AttributeMutability.ReadOnly))
            return RefusalOfReadOnly(attribute, operation);

        return path switch
        {
            { Filter: { } filter } => ApplyToChosen(operation, attribute, filter),
            { Sub: { } sub } when attribute.IsMultiValued => ApplyToAll(operation, attribute, attribute.Sub(sub)!),
            { Sub: { } sub } => ApplyToPart(operation, attribute, attribute.Sub(sub)!),
            _ => ApplyToWhole(operation, attribute),
        };
    }

    // Okta sends the id along; it stays what it is.
    private Refusal? RefusalOfReadOnly(AttributeDefinition attribute, PatchOperation operation) =>
        attribute.Name == "schemas"
        || (operation.Verb != PatchVerb.Remove && operation.Path!.Sub is null
            && JsonNode.DeepEquals(resource[attribute.Name], operation.Value))
            ? null
            : ScimRefusals.Mutability($"'{attribute.Name}' is read-only.");

    private Refusal? ApplyToWhole(PatchOperation operation, AttributeDefinition attribute)
    {
        var read = ScimValues.Read(attribute, operation.Value);
        if (!read.Succeeded)
            return read.Error;
        var node = read.Value.Node;
        switch (operation.Verb)
        {
            case PatchVerb.Add when node is null:
                return null;

            // Entra ID names the values that it removes in 'value'.
            case PatchVerb.Remove when node is JsonArray named && attribute.Sub("value") is not null:
                Keep(attribute, value => !named.OfType<JsonObject>().Any(one => IsSame(one, value)));
                return null;
            case PatchVerb.Add when node is JsonArray added:
                foreach (var value in added.OfType<JsonObject>().ToList())
                    Append(attribute, (JsonObject)value.DeepClone());
                return null;

            // RFC 7644 §3.5.2.1, §3.5.2.3: parts that are not named stay.
            case PatchVerb.Add or PatchVerb.Replace when node is JsonObject parts && resource[attribute.Name] is JsonObject stored:
                foreach (var (name, part) in parts.ToList())
                    stored[name] = part?.DeepClone();
                return null;
            default:
                Set(attribute, operation.Verb == PatchVerb.Remove ? null : node);
                return null;
        }
    }

    private Refusal? ApplyToPart(PatchOperation operation, AttributeDefinition attribute, AttributeDefinition sub)
    {
        var stored = resource[attribute.Name] as JsonObject ?? [];
        if (SetPart(stored, sub, operation) is { } refusal)
            return refusal;
        if (stored.Parent is null)
            Set(attribute, stored);
        if (stored.Count == 0)
            Set(attribute, null);
        return null;
    }

    private Refusal? ApplyToAll(PatchOperation operation, AttributeDefinition attribute, AttributeDefinition sub)
    {
        if (ValuesOf(attribute).Count == 0 && operation.Verb != PatchVerb.Remove)
            Append(attribute, []);
        foreach (var value in ValuesOf(attribute))
        {
            if (SetPart(value, sub, operation) is { } refusal)
                return refusal;
        }

        Keep(attribute, static value => value.Count > 0);
        return null;
    }

    private Refusal? ApplyToChosen(PatchOperation operation, AttributeDefinition attribute, FilterTree filter)
    {
        var chosen = ValuesOf(attribute).Where(value => FilterMatch.Matches(filter, value, attribute)).ToList();
        if (operation.Verb == PatchVerb.Remove && operation.Path!.Sub is null)
        {
            Keep(attribute, value => !chosen.Contains(value));
            return null;
        }

        if (chosen.Count == 0)
        {
            if (operation.Verb == PatchVerb.Remove)
                return null;
            var made = new JsonObject();
            if (Fill(made, filter, attribute) is { } refusal)
                return refusal;
            Append(attribute, made);
            chosen.Add(made);
        }

        foreach (var value in chosen)
        {
            if (Change(value, attribute, operation) is { } wrong)
                return wrong;
        }

        // A value that is left without its address is none any more.
        Keep(attribute, value => value.ContainsKey("value"));
        return null;
    }

    private static Refusal? Change(JsonObject value, AttributeDefinition attribute, PatchOperation operation)
    {
        if (operation.Path!.Sub is { } sub)
            return SetPart(value, attribute.Sub(sub)!, operation);
        var read = ScimValues.Read(attribute with { IsMultiValued = false }, operation.Value);
        if (!read.Succeeded)
            return read.Error;
        foreach (var (name, part) in (read.Value.Node as JsonObject ?? []).ToList())
            value[name] = part?.DeepClone();
        return null;
    }

    private static Refusal? SetPart(JsonObject stored, AttributeDefinition sub, PatchOperation operation)
    {
        var read = ScimValues.Read(sub, operation.Verb == PatchVerb.Remove ? null : operation.Value);
        if (!read.Succeeded)
            return read.Error;
        if (read.Value.Node is not { } node)
        {
            // To add nothing changes nothing: RFC 7644 §3.5.2.1. Entra ID does so where its source is empty.
            if (operation.Verb != PatchVerb.Add)
                stored.Remove(sub.Name);
            return null;
        }

        stored[sub.Name] = node;
        if (sub.Name == "primary")
            KeepOnePrimary(stored);
        return null;
    }

    // Of a filter of equalities, the value that matches it: as the schema reads it, because a filter writes what it likes.
    private static Refusal? Fill(JsonObject made, FilterTree filter, AttributeDefinition attribute)
    {
        switch (filter)
        {
            case FilterTree.Both(var left, var right):
                return Fill(made, left, attribute) ?? Fill(made, right, attribute);
            case FilterTree.Comparison
            {
                Operator: FilterOperator.Equal, Path: { Sub: null, Schema: null, Name: var name }, Value: { } value,
            } when attribute.Sub(name) is { } sub:
                var read = ScimValues.Read(sub, value switch
                {
                    bool truth => JsonValue.Create(truth),
                    decimal number => JsonValue.Create(number),
                    _ => JsonValue.Create(value as string),
                });
                if (!read.Succeeded)
                    return read.Error;
                if (read.Value.Node is { } node)
                    made[sub.Name] = node;
                return null;
            default:
                return ScimRefusals.NoTarget($"No value of '{attribute.Name}' matches the filter of the path.");
        }
    }

    private void Append(AttributeDefinition attribute, JsonObject value)
    {
        if (resource[attribute.Name] is not JsonArray list)
            resource[attribute.Name] = list = [];
        if (list.OfType<JsonObject>().FirstOrDefault(known => IsSame(known, value)) is { } same)
        {
            foreach (var (name, part) in value.ToList())
                same[name] = part?.DeepClone();
            value = same;
        }
        else
        {
            list.Add(value);
        }

        KeepOnePrimary(value);
    }

    // RFC 7643 §2.4: at most one value is the primary one.
    private static void KeepOnePrimary(JsonObject value)
    {
        if (value["primary"] is not JsonValue primary || !primary.TryGetValue<bool>(out var isPrimary) || !isPrimary)
            return;
        foreach (var other in (value.Parent as JsonArray)?.OfType<JsonObject>().Where(other => other != value) ?? [])
            other.Remove("primary");
    }

    private void Keep(AttributeDefinition attribute, Func<JsonObject, bool> isKept)
    {
        foreach (var value in ValuesOf(attribute).Where(value => !isKept(value)).ToList())
            (resource[attribute.Name] as JsonArray)!.Remove(value);
        if (resource[attribute.Name] is JsonArray { Count: 0 })
            resource.Remove(attribute.Name);
    }

    private List<JsonObject> ValuesOf(AttributeDefinition attribute) =>
        [.. (resource[attribute.Name] as JsonArray)?.OfType<JsonObject>() ?? []];

    private void Set(AttributeDefinition attribute, JsonNode? value)
    {
        resource.Remove(attribute.Name);
        if (value is not null)
            resource[attribute.Name] = value;
    }

    private bool IsIgnored(PatchPath path) =>
        (path.Attribute.Schema is { } urn
            && (schema.IgnoredExtensions.Contains(urn) || schema.IgnoredExtensions.Contains($"{urn}:{path.Attribute.Name}")))
        || schema.Ignored.Contains(path.Attribute.Name)
        || (path.Sub is { } sub && schema.Ignored.Contains($"{path.Attribute.Name}.{sub}"));

    private static bool IsSame(JsonObject left, JsonObject right) =>
        left["value"] is { } value && right["value"] is { } other
        && string.Equals(value.GetValue<string>(), other.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
}
