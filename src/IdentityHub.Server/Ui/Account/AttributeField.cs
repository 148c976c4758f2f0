using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Ui.Account;

/// <summary>The field of an attribute that the user may write.</summary>
/// <param name="Text">What it shows; the values of a list are a line each.</param>
/// <param name="Stored">What it shows as long as nothing was typed.</param>
/// <param name="IsWrong">True when what was typed is not possible.</param>
internal sealed record AttributeField(UserAttributeDefinition Definition, string Text, string Stored, bool IsWrong)
{
    private const string Prefix = "attribute.";
    private const string ShownPrefix = "was.";

    /// <summary>Name of the hidden field with what the page showed: where the user has left it as it was, nothing is written.</summary>
    public string ShownId => ShownIdOf(Definition);

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

    /// <summary>A value that can be stored no longer and still is: it stays to choose.</summary>
    public string? FormerChoice => Choices is { } choices && Stored.Length > 0 && !choices.Contains(Stored) ? Stored : null;

    /// <summary>Name of the hidden field of an attribute.</summary>
    public static string ShownIdOf(UserAttributeDefinition definition) => ShownPrefix + Prefix + definition.Name;

    /// <summary>What a field shows of the stored values.</summary>
    public static string TextOf(UserAttributeDefinition definition, IReadOnlyList<string> values) =>
        definition.List ? Join(values) : values.Count > 0 ? values[0] : "";

    /// <summary>Whether two texts of a field are the same; browsers end the lines of a form in their own way.</summary>
    public static bool AreSame(string one, string other) => one.ReplaceLineEndings("\n") == other.ReplaceLineEndings("\n");

    /// <summary>Id and name of the field of an attribute.</summary>
    public static string IdOf(UserAttributeDefinition definition) => Prefix + definition.Name;

    /// <summary>Values as they stand in a field.</summary>
    public static string Join(IEnumerable<string> values) => string.Join('\n', values);

    /// <summary>The values of a field; none where it is blank.</summary>
    public static string[] Split(UserAttributeDefinition definition, string? text) => definition.List
        ? (text ?? "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : string.IsNullOrWhiteSpace(text) ? [] : [text.Trim()];
}
