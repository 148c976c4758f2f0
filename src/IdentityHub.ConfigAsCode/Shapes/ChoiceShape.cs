using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>One of a list of names: a string, or a member of an enumeration in snake_case.</summary>
internal sealed class ChoiceShape : TextShape
{
    private readonly IReadOnlyList<string> _names;
    private readonly Array? _members;

    public ChoiceShape(IReadOnlyList<string> names) => _names = names;

    public ChoiceShape(Type enumeration)
    {
        _members = Enum.GetValues(enumeration);
        _names = [.. Enum.GetNames(enumeration).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    }

    public override string Noun => "one of " + string.Join(", ", _names);

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        new() { ["enum"] = new JsonArray([.. _names.Select(name => JsonValue.Create(name))]) };

    public override JsonNode? ToJson(object value) =>
        _members is null ? (string)value : _names[Array.IndexOf(_members, value)];

    protected override object? ReadText(ScalarNode scalar, ReadContext context)
    {
        for (var i = 0; i < _names.Count; i++)
        {
            if (_names[i] == scalar.Text)
                return _members?.GetValue(i) ?? _names[i];
        }

        return context.Refuse(scalar, $"is not a known value{Suggestion.Hint(scalar.Text, _names)}");
    }
}
