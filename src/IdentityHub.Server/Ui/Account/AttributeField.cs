using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Ui.Account;

/// <summary>The field of an attribute that the user may write.</summary>
/// <param name="Text">What it shows; the values of a list are a line each.</param>
/// <param name="IsWrong">True when what was typed is not possible.</param>
internal sealed record AttributeField(UserAttributeDefinition Definition, string Text, bool IsWrong)
{
    private const string Prefix = "attribute.";

    /// <summary>Id and name of the field.</summary>
    public string Id => IdOf(Definition);

    /// <summary>What the page calls the attribute.</summary>
    public string Label => Definition.DisplayName ?? Definition.Name;

    /// <summary>The values to choose from; null where one is typed.</summary>
    public IReadOnlyList<string>? Choices => Definition.Type switch
    {
        AttributeType.Boolean => ["true", "false"],
        AttributeType.Enum => Definition.Values,
        _ => null,
    };

    /// <summary>Id and name of the field of an attribute.</summary>
    public static string IdOf(UserAttributeDefinition definition) => Prefix + definition.Name;

    /// <summary>Values as they stand in a field.</summary>
    public static string Join(IEnumerable<string> values) => string.Join('\n', values);

    /// <summary>The values of a field; none where it is blank.</summary>
    public static string[] Split(UserAttributeDefinition definition, string? text) => definition.List
        ? (text ?? "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : string.IsNullOrWhiteSpace(text) ? [] : [text.Trim()];
}
