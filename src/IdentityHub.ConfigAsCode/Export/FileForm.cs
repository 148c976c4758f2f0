using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Turns a stored document into what a file says: scopes are one string, secrets are what <paramref name="textOf"/> answers. The keys are
/// those of the type, so that a new one is exported without a change here.
/// </summary>
/// <param name="textOf">What is written for a secret: given its digest or its keyed hash, whether it is needed itself, and the name of its
/// owner.</param>
/// <param name="isComplete">True: every key is written, as null where it has no value. False: keys that have their default are left
/// out.</param>
internal sealed class FileForm(Func<string, bool, string, string> textOf, bool isComplete = false)
{
    /// <param name="owner">Names the object in the names of environment variables, e.g. <c>tenants_acme</c>.</param>
    public JsonObject Of(Type type, JsonElement document, string owner) => Mapping(ObjectShape.Of(type), document, owner);

    private JsonObject Mapping(ObjectShape shape, JsonElement document, string owner)
    {
        var mapping = new JsonObject();
        foreach (var key in shape.Keys)
        {
            var value = DocumentDiff.ValueOf(document, key);
            if (isComplete || (value is { } some && !IsDefault(key, some)))
                mapping[key.Name] = value is { } written ? Value(key.Value, written, $"{owner}_{key.Name}") : null;
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
        _ when DocumentDiff.IsSecret(shape) => textOf(value.GetString()!, shape is ClearSecretShape, owner),
        _ => JsonNode.Parse(value.GetRawText()),
    };

    private static bool IsDefault(KeyShape key, JsonElement value) =>
        DocumentDiff.ValueOf(null, key) is { } missing && JsonElement.DeepEquals(missing, value);
}
