using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>Makes the form of an action of the fields that its operation declares, and the body of what was typed into it.</summary>
internal static class ActionForms
{
    /// <summary>The fields of a form.</summary>
    /// <param name="names">Those that it asks for, in this order.</param>
    /// <param name="current">The object as it is; what is there stands in the form.</param>
    /// <param name="typed">What was typed before, which counts more; null for nothing.</param>
    public static IReadOnlyList<FormField> FieldsOf(
        IReadOnlyList<Field> declared, IReadOnlyList<string> names, ShownObject current, IFormCollection? typed, Texts texts) =>
        [
            .. names.Select(name => declared.Single(field => field.Name == name))
                .Select(field => new FormField(
                    field.Name, LabelOf(field.Name, texts), KindOf(field),
                    IsPassword(field) ? null : typed is null ? CurrentOf(field, current) : typed[field.Name].FirstOrDefault())
                {
                    Hint = texts.Find($"cr.hint.{field.Name}"),
                    IsRequired = field.IsRequired,
                    MaxLength = field.MaxLength,
                }),
        ];

    /// <summary>What a member is called; its name where there is no text for it.</summary>
    public static string LabelOf(string name, Texts texts) => texts.Find($"cr.field.{name}") ?? name;

    /// <summary>The body of a form: an empty field is <c>null</c>, or absent from a new object.</summary>
    /// <param name="isPatch">True for a merge patch, in which <c>null</c> clears.</param>
    public static JsonObject BodyOf(IReadOnlyList<Field> declared, IReadOnlyList<string> names, IFormCollection form, bool isPatch)
    {
        var body = new JsonObject();
        foreach (var field in names.Select(name => declared.Single(field => field.Name == name)))
        {
            var text = form[field.Name].FirstOrDefault();
            var value = ValueOf(field, IsPassword(field) ? text : text?.Trim());
            if (value is not null || (isPatch && field.Type == FieldType.Text))
                body[field.Name] = value;
        }

        return body;
    }

    /// <summary>The body as the operation reads it.</summary>
    public static JsonElement ElementOf(JsonObject body) => JsonElement.Parse(body.ToJsonString());

    /// <summary>The entries of a field that takes one a line. An entry may hold commas.</summary>
    public static string[] LinesOf(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonNode? ValueOf(Field field, string? text) => field.Type switch
    {
        FieldType.Flag => text == "true",
        FieldType.Number => long.TryParse(text, out var number) ? number : string.IsNullOrEmpty(text) ? null : text,
        FieldType.List => new JsonArray([.. LinesOf(text).Select(line => (JsonNode)line)]),
        _ => string.IsNullOrEmpty(text) ? null : text,
    };

    private static string KindOf(Field field) => field.Type switch
    {
        FieldType.Flag => "checkbox",
        FieldType.Number => "number",
        FieldType.List => "textarea",
        _ => field.Format switch
        {
            "email" => "email",
            "password" => "password",
            _ => "text",
        },
    };

    private static string? CurrentOf(Field field, ShownObject current) => field.Type switch
    {
        FieldType.Flag => current.Flag(field.Name) ? "true" : null,
        FieldType.List => string.Join('\n', current.Texts(field.Name)),
        _ => current.Text(field.Name),
    };

    // It is stored as it was typed, and never shown.
    private static bool IsPassword(Field field) => field.Format == "password";
}
