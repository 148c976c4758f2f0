using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>The attributes of users, which the configuration defines, as fields of a form.</summary>
internal static class AttributeForms
{
    private const string Prefix = "attributes.";

    /// <summary>A field for each of the attributes.</summary>
    /// <param name="current">What the user has, by name.</param>
    /// <param name="typed">What was typed into a field before; null for nothing.</param>
    public static IEnumerable<FormField> FieldsOf(
        IEnumerable<UserAttributeDefinition> attributes, ShownObject current, Func<string, string?> typed, Texts texts) =>
        attributes.Select(one =>
        {
            var value = typed(Prefix + one.Name)
                ?? (one.List ? string.Join('\n', current.Texts(one.Name)) : current.Text(one.Name));
            return new FormField(Prefix + one.Name, one.DisplayName ?? one.Name, KindOf(one), value)
            {
                Options = OptionsOf(one, texts),
                IsRequired = one.Required,
            };
        });

    /// <summary>What the form says of the attributes that it has; an empty field is <c>null</c>.</summary>
    public static JsonObject ValuesOf(IEnumerable<UserAttributeDefinition> attributes, IFormCollection form) => new(
        attributes.Where(one => form.ContainsKey(Prefix + one.Name))
            .Select(one => KeyValuePair.Create(one.Name, ValueOf(one, form[Prefix + one.Name].FirstOrDefault()?.Trim()))));

    private static IReadOnlyList<(string, string)> OptionsOf(UserAttributeDefinition one, Texts texts) => one.Type switch
    {
        AttributeType.Enum => [("", ""), .. one.Values.Select(value => (value, value))],
        AttributeType.Boolean => [("", ""), ("true", texts["cr.yes"]), ("false", texts["cr.no"])],
        _ => [],
    };

    private static string KindOf(UserAttributeDefinition one) => one switch
    {
        { List: true } => "textarea",
        { Type: AttributeType.Enum or AttributeType.Boolean } => "select",
        { Type: AttributeType.Date } => "date",
        _ => "text",
    };

    private static JsonNode? ValueOf(UserAttributeDefinition one, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return one.List
            ? new JsonArray([.. ActionForms.LinesOf(text).Select(line => OneOf(one, line))])
            : OneOf(one, text);
    }

    private static JsonNode OneOf(UserAttributeDefinition one, string text) => one.Type switch
    {
        AttributeType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number,
        AttributeType.Boolean when text is "true" or "false" => text == "true",
        _ => text,
    };
}
