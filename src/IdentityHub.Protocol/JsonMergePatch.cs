using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Protocol;

/// <summary>JSON merge patch, RFC 7396: what a patch names is replaced, what it sets to <c>null</c> goes, the rest stays.</summary>
public static class JsonMergePatch
{
    /// <summary>
    /// The outcome of <paramref name="patch"/> on <paramref name="target"/>, which is changed where it is an object; null: JSON
    /// <c>null</c>.
    /// </summary>
    public static JsonNode? Apply(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return Node(patch);

        var merged = target as JsonObject ?? [];
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                merged.Remove(member.Name);
                continue;
            }

            // A node has one parent: the old value is taken out before it is put back changed.
            merged.TryGetPropertyValue(member.Name, out var old);
            merged.Remove(member.Name);
            merged[member.Name] = Apply(old, member.Value);
        }

        return merged;
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => JsonArray.Create(value.Clone()),
        _ => JsonValue.Create(value.Clone()),
    };
}
