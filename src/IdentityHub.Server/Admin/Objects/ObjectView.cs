using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>
/// An object as it is answered: its keys as a body writes them, and in <c>meta</c> what the server says of it. A body holds the keys only.
/// </summary>
internal static class ObjectView
{
    private static readonly Field s_meta = new("meta", FieldType.Object, "What the server says of the object; no part of a body.")
    {
        IsRequired = true,
        Members =
        [
            Field.Text("name", "What paths call it.") with { IsRequired = true },
            Field.Text("source", "`file` where a configuration file owns it, which is changed there; `api` otherwise.") with
            {
                IsRequired = true,
            },
            Field.Text("file", "That file.") with { IsRequired = true, MayBeNull = true },
            new("line", FieldType.Number, "Of that file.") { IsRequired = true, MayBeNull = true },
            Field.Text("updated_at", "When it was changed last.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
        ],
    };

    private static readonly Field s_generated = new(
        "generated_secrets", FieldType.List, "Secrets that the server has made for `generate:`. They are shown once.")
    {
        Members =
        [
            Field.Text("pointer", "Where the body asked for it. RFC 6901.") with { IsRequired = true },
            Field.Text("value", "The secret.") with { IsRequired = true },
        ],
    };

    /// <summary>Members of a body of the kind.</summary>
    public static IReadOnlyList<Field> BodyOf(ObjectArea area) => [.. KeysOf(area).Select(key => FieldOf(key, isAnswer: false))];

    /// <summary>Members of an object that is answered.</summary>
    /// <param name="isChange">True for the answer to a change.</param>
    public static IReadOnlyList<Field> FieldsOf(ObjectArea area, bool isChange) =>
        [.. KeysOf(area).Select(key => FieldOf(key, isAnswer: true)), s_meta, .. isChange ? [s_generated] : Array.Empty<Field>()];

    /// <summary>The object with its <c>ETag</c>.</summary>
    public static AdminAnswer AnswerOf(AppliedObject one) => AdminAnswer.Of(Of(one)) with { Tag = TagOf(one.ETag) };

    /// <summary>What a change answers.</summary>
    public static AdminAnswer AnswerOf(ObjectArea area, ObjectVerb verb, ChangedObject changed)
    {
        if (changed.After is not { } after || verb == ObjectVerb.Delete)
            return AdminAnswer.None;
        var view = Of(after);
        if (changed.Generated.Count > 0)
            view[s_generated.Name] = new JsonArray(
                [.. changed.Generated.Select(one => new JsonObject { ["pointer"] = one.Pointer, ["value"] = one.Value })]);
        var answer = verb == ObjectVerb.Create ? AdminAnswer.Created(view, area.PathOf(after.Name)) : AdminAnswer.Of(view);
        return answer with { Tag = TagOf(after.ETag) };
    }

    /// <summary>The object without what is shown once.</summary>
    public static JsonObject Of(AppliedObject one)
    {
        var view = (JsonObject)one.Form.DeepClone();
        view[s_meta.Name] = new JsonObject
        {
            ["name"] = one.Name,
            ["source"] = one.Definition.Source is null ? "api" : "file",
            ["file"] = one.Definition.Source?.File,
            ["line"] = one.Definition.Source?.Line,
            ["updated_at"] = one.UpdatedAt is { } at ? AdminJson.Time(at) : null,
        };
        return view;
    }

    /// <summary>The state of an object as the header <c>ETag</c>.</summary>
    public static string TagOf(string state) => $"\"{state}\"";

    // Dialects have keys of their own each: the documentation has all of them.
    private static IEnumerable<ObjectKey> KeysOf(ObjectArea area) => area.FixedNames.Count == 0
        ? ObjectKey.Of(area.Kind)
        : area.FixedNames.SelectMany(name => ObjectKey.Of(area.Kind, name)).DistinctBy(key => key.Name);

    private static Field FieldOf(ObjectKey key, bool isAnswer) => new(key.Name, TypeOf(key.Type), TextOf(key))
    {
        IsRequired = isAnswer || key.IsRequired,
        MayBeNull = key.MayBeNull,
        Members = [.. key.Keys.Select(inner => FieldOf(inner, isAnswer))],
    };

    private static string TextOf(ObjectKey key) => key.Type switch
    {
        KeyType.Secret =>
            "`generate:` for one that the server makes and shows once, `plain:VALUE`, a digest such as `sha256:BASE64` where the secret "
                + "itself is not needed, or `stored:ID` for one that the object has, as the object shows it.",
        KeyType.Text when key.Text.Length > 0 => $"{key.Text} Is {key.Noun}.",
        _ => key.Text,
    };

    private static FieldType TypeOf(KeyType type) => type switch
    {
        KeyType.Number => FieldType.Number,
        KeyType.Flag => FieldType.Flag,
        KeyType.List => FieldType.List,
        KeyType.Mapping => FieldType.Object,
        KeyType.Any => FieldType.Any,
        _ => FieldType.Text,
    };
}
