using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary>Objects of the configuration in tables and forms.</summary>
internal static class ObjectForms
{
    /// <summary>Name of the field that holds a whole object as text.</summary>
    public const string TextName = "text";

    // Members of an answer that are no part of a body.
    private static readonly string[] s_notOfBody = ["meta", "generated_secrets"];

    /// <summary>What a key is called; its name where there is no text for it.</summary>
    public static string LabelOf(string key, Texts texts) => texts.Find($"cr.objects.field.{key}") ?? ActionForms.LabelOf(key, texts);

    /// <summary>The field of a whole object.</summary>
    public static FormField TextField(string? value, Texts texts) => new(TextName, texts["cr.objects.text"], "textarea", value)
    {
        Hint = texts["cr.objects.text.hint"],
        IsRequired = true,
        MaxLength = 48_000,
        Rows = 24,
    };

    /// <summary>The body that the text says; an empty one where <see cref="RefusalOfText"/> says why there is none.</summary>
    public static JsonObject BodyOfText(IFormCollection form) => ObjectText.TryRead(TextOf(form), []) ?? [];

    /// <summary>Why the text is no YAML; null where it is.</summary>
    public static Refusal? RefusalOfText(IFormCollection form)
    {
        var faults = new List<string>();
        return ObjectText.TryRead(TextOf(form), faults) is null
            ? Refusal.InvalidFields([.. faults.Select(fault => new FieldFault(false, $"{FieldCheck.Root}.{TextName}", TextName, fault))])
            : null;
    }

    private static string TextOf(IFormCollection form) => form[TextName].FirstOrDefault() ?? "";

    /// <summary>An object as text, without what the server says of it.</summary>
    public static string TextOf(ShownObject one)
    {
        var form = JsonObject.Create(one.Json.Clone())!;
        foreach (var name in s_notOfBody)
            form.Remove(name);
        return ObjectText.Write(form);
    }

    /// <summary>A key of an object in a table or a list of values.</summary>
    public static Cell CellOf(ShownObject one, string key, Texts texts)
    {
        if (!one.Exists || !one.Json.TryGetProperty(key, out var value))
            return new((string?)null);
        return value.ValueKind switch
        {
            JsonValueKind.True => new(texts["cr.yes"]),
            JsonValueKind.False => key == "enabled" ? Cell.Badge(texts["cr.off"]) : new(texts["cr.no"]),
            JsonValueKind.Array when value.GetArrayLength() == 0 => new((string?)null),
            JsonValueKind.Object => Cell.Code(
                string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name}: {ShownObject.TextOf(member.Value) ?? "–"}"))),
            JsonValueKind.Array when value[0].ValueKind == JsonValueKind.Object =>
                new(texts.With("cr.objects.entries", ("count", value.GetArrayLength().ToString(CultureInfo.InvariantCulture)))),
            JsonValueKind.Array when key != "contacts" => Cell.Code(ShownObject.TextOf(value)),
            _ => new(ShownObject.TextOf(value) is { Length: > 0 } text ? text : null),
        };
    }

    /// <summary>Who owns an object: a file with its line, or the API.</summary>
    public static Cell OwnerOf(ShownObject one, Texts texts) => one.Object("meta") is { Exists: true } meta
        ? meta.Text("file") is { } file ? Cell.Code($"{file}:{meta.Text("line")}") : new(texts["cr.owner.api"])
        : new((string?)null);

    /// <summary>True where only a file may change the object.</summary>
    public static bool IsOfFile(ShownObject one) => one.Object("meta").Text("source") == "file";
}
