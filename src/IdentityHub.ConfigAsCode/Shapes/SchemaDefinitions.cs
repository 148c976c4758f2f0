using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>The <c>$defs</c> of the schema: each type once.</summary>
internal sealed class SchemaDefinitions
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>A reference to the schema of that name, which is made when it is first asked for.</summary>
    public JsonObject Reference(string name, Func<JsonObject> describe)
    {
        if (!_schemas.ContainsKey(name))
            _schemas[name] = describe();
        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));
}
