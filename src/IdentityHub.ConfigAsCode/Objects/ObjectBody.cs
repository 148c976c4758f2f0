using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>The body of a change: what it says of the object's name, and the definition that it makes.</summary>
internal static class ObjectBody
{
    /// <summary>The longest name of any kind; longer ones, and those with a control character, name nothing.</summary>
    private const int MaxName = 256;

    /// <summary>True for text that may be the name of an object.</summary>
    public static bool MayBeName(string name) => name.Length is > 0 and <= MaxName && !name.Any(char.IsControl);

    /// <summary>The name that a body gives its object; null where it gives none.</summary>
    public static string? NameIn(JsonElement? body, ConfigKind kind) =>
        kind.Key is { } key && body is { ValueKind: JsonValueKind.Object } sent && sent.TryGetProperty(key, out var name)
            && name.ValueKind == JsonValueKind.String && name.GetString() is { } text && MayBeName(text)
            ? text
            : null;

    /// <summary>The whole body that a change stands for: a patch is applied to the object, a name that is left out is filled in.</summary>
    public static JsonElement Complete(ObjectChange change, ConfigKind kind, AppliedObject? before)
    {
        var body = change.Revise is { } revise ? revise(before!) : change.Body!.Value;
        if (change.Verb == ObjectVerb.Patch && body.ValueKind == JsonValueKind.Object)
            body = JsonSerializer.SerializeToElement(JsonMergePatch.Apply(before!.Form.DeepClone(), body));
        if (change.Name is not { } name || kind.Key is not { } key || body.ValueKind != JsonValueKind.Object
            || body.TryGetProperty(key, out _))
            return body;
        var named = JsonObject.Create(body.Clone())!;
        named[key] = name;
        return JsonSerializer.SerializeToElement(named);
    }

    /// <summary>The definition; null where the faults of <paramref name="reading"/> say why there is none.</summary>
    public static (ConfigDefinition Definition, MappingNode Node)? Read(
        JsonElement body, Type type, ConfigKind kind, string? name, ReadContext reading)
    {
        var node = JsonBody.Read(body, "", reading.Faults);
        var definition = (ConfigDefinition?)ObjectShape.Of(type).Read(node, reading);
        if (node is not MappingNode mapping || definition is null)
            return null;
        if (kind.Key is { } key && name is not null && mapping[key] is ScalarNode { IsFaulty: false } written && written.Text != name)
            reading.Faults.AddShape(written, $"must be '{name}', as in the path; an object is not renamed");
        return reading.Faults.Any ? null : (definition, mapping);
    }
}
