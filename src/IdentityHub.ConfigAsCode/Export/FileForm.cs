using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Turns a stored document into what a file says: keys that have their default are left out, scopes are one string, secrets are what
/// <paramref name="secrets"/> answers. The keys are those of the type, so that a new one is exported without a change here.
/// </summary>
internal sealed class FileForm(ExportedSecrets secrets)
{
    /// <param name="owner">Names the object in the names of environment variables, e.g. <c>tenants_acme</c>.</param>
    public JsonObject Of(Type type, JsonElement document, string owner) => Mapping(ObjectShape.Of(type), document, owner);

    private JsonObject Mapping(ObjectShape shape, JsonElement document, string owner)
    {
        var mapping = new JsonObject();
        foreach (var key in shape.Keys)
        {
            if (DocumentDiff.ValueOf(document, key) is { } value && !IsDefault(key, value))
                mapping[key.Name] = Value(key.Value, value, $"{owner}_{key.Name}");
        }

        return mapping;
    }

    private JsonNode? Value(ValueShape shape, JsonElement value, string owner) => shape switch
    {
        ObjectShape mapping => Mapping(mapping, value, owner),
        ListShape list => new JsonArray([
            .. value.EnumerateArray().Select((item, index) => Value(list.Item, item, $"{owner}_{index + 1}"))
        ]),
        ScopeShape => string.Join(' ', value.EnumerateArray().Select(scope => scope.GetString())),
        _ when DocumentDiff.IsSecret(shape) => secrets.TextOf(value.GetString()!, shape is ClearSecretShape, owner),
        _ => JsonNode.Parse(value.GetRawText()),
    };

    private static bool IsDefault(KeyShape key, JsonElement value) =>
        DocumentDiff.ValueOf(null, key) is { } missing && JsonElement.DeepEquals(missing, value);
}
