using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>Reads a whole resource: the body of a POST or PUT. RFC 7644 §3.3, §3.5.1.</summary>
public static class ResourceReader
{
    /// <summary>
    /// The attributes that a caller may set, under the names of the schema. What only the server sets, and what the hub does not store, is
    /// left out.
    /// </summary>
    public static Outcome<JsonObject> Read(JsonElement body, ScimSchema schema)
    {
        if (SchemaFault(body, schema) is { } fault)
            return fault;
        var read = new JsonObject();
        foreach (var (name, value) in JsonObject.Create(body)!)
        {
            if (schema.IgnoredExtensions.Contains(name))
                continue;
            if (name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
                return ScimRefusals.Value($"There is no schema '{ScimRefusals.Shown(name)}'.");
            if (schema.Find(name) is not { Mutability: not AttributeMutability.ReadOnly } attribute)
                continue;
            if (read.ContainsKey(attribute.Name))
                return ScimRefusals.Syntax($"The attribute '{attribute.Name}' stands there twice.");
            var one = ScimValues.Read(attribute, value);
            if (!one.Succeeded)
                return one.Error;
            if (one.Value.Node is { } node)
                read[attribute.Name] = node;
        }

        return MissingIn(read, schema) is { } missing
            ? ScimRefusals.Value($"The attribute '{missing}' is missing.")
            : read;
    }

    /// <summary>The first required attribute that has no value; null for none.</summary>
    public static string? MissingIn(JsonObject resource, ScimSchema schema) =>
        schema.Attributes.FirstOrDefault(attribute => attribute.IsRequired && !resource.ContainsKey(attribute.Name))?.Name;

    /// <summary>
    /// True where the body names the attribute, with a value or without one. A PUT may keep what is not named: RFC 7644 §3.5.1.
    /// </summary>
    public static bool Names(JsonElement body, string attribute) =>
        body.EnumerateObject().Any(member => member.Name.Equals(attribute, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with <c>schemas</c> of a message; null when nothing is.</summary>
    /// <param name="urn">That must stand there.</param>
    public static Refusal? MessageFault(JsonElement body, string urn) =>
        SchemasOf(body) is { } schemas && schemas.Contains(urn, StringComparer.OrdinalIgnoreCase)
            ? null
            : ScimRefusals.Syntax($"'schemas' must hold '{urn}'.");

    private static Refusal? SchemaFault(JsonElement body, ScimSchema schema)
    {
        if (MessageFault(body, schema.Id) is { } missing)
            return missing;
        return SchemasOf(body)!.FirstOrDefault(
            urn => !urn.Equals(schema.Id, StringComparison.OrdinalIgnoreCase) && !schema.IgnoredExtensions.Contains(urn)) is { } unknown
            ? ScimRefusals.Value($"There is no schema '{ScimRefusals.Shown(unknown)}'.")
            : null;
    }

    private static List<string>? SchemasOf(JsonElement body)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!member.Name.Equals("schemas", StringComparison.OrdinalIgnoreCase))
                continue;
            return member.Value.ValueKind == JsonValueKind.Array
                && member.Value.EnumerateArray().All(urn => urn.ValueKind == JsonValueKind.String)
                ? [.. member.Value.EnumerateArray().Select(urn => urn.GetString()!)]
                : null;
        }

        return null;
    }
}
