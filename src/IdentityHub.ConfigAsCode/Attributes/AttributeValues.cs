using System.Globalization;
using System.Text.Json;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.ConfigAsCode;

/// <summary>Checks values of attributes, and brings them into the form in which they are stored.</summary>
public static class AttributeValues
{
    /// <summary>The most values that a list may have.</summary>
    public const int MaxValues = 50;

    private const string DateFormat = "yyyy-MM-dd";

    // Number.MAX_SAFE_INTEGER of ECMAScript.
    private const long MaxInteger = 9007199254740991;

    /// <summary>Reads a value from JSON; of a list it is an array.</summary>
    /// <returns>The change, or what is wrong, to stand behind the name of the attribute.</returns>
    public static (AttributeChange? Change, string? Fault) Read(UserAttributeDefinition definition, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return Read(definition, (IReadOnlyList<string>)[]);
        if (definition.List != (value.ValueKind == JsonValueKind.Array))
            return (null, definition.List ? "must be an array" : $"must be {NounOf(definition)}");
        var texts = new List<string>();
        foreach (var item in definition.List ? [.. value.EnumerateArray()] : new[] { value })
        {
            if (TextOf(definition.Type, item) is not { } text)
                return (null, $"must be {NounOf(definition)}");
            texts.Add(text);
        }

        return Read(definition, texts);
    }

    /// <summary>The same from texts, of which a list has several; none takes the attribute away.</summary>
    public static (AttributeChange? Change, string? Fault) Read(UserAttributeDefinition definition, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0 && definition.Required)
            return (null, "is required");
        if (texts.Count > (definition.List ? MaxValues : 1))
            return (null, $"has more than {(definition.List ? $"{MaxValues} values" : "one value")}");
        var values = new List<string>(texts.Count);
        foreach (var text in texts)
        {
            if (FormOf(definition, text) is not { } value)
                return (null, $"must be {NounOf(definition)}");
            if (!values.Contains(value))
                values.Add(value);
        }

        return (new(definition.Name, values, definition.Unique, definition.Searchable), null);
    }

    /// <summary>The values as a text, a number, a truth value, a list of texts or a JSON array.</summary>
    /// <returns>Null where there is none, or none is of the type.</returns>
    public static object? ToJson(UserAttributeDefinition definition, IReadOnlyList<string> stored)
    {
        // A value from before the definition was changed may be of another type.
        List<string> values = [.. stored.Select(value => FormOf(definition, value)).OfType<string>()];
        if (values.Count == 0)
            return null;
        var isText = definition.Type is AttributeType.String or AttributeType.Date or AttributeType.Enum;
        if (definition.List)
            return isText ? values : JsonElement.Parse($"[{string.Join(',', values)}]");
        return definition.Type switch
        {
            AttributeType.Integer => long.Parse(values[0], CultureInfo.InvariantCulture),
            AttributeType.Boolean => values[0] == "true",
            _ => values[0],
        };
    }

    /// <summary>What a value must be, with its article.</summary>
    public static string NounOf(UserAttributeDefinition definition) => definition.Type switch
    {
        AttributeType.Integer => "a whole number of up to 16 digits",
        AttributeType.Boolean => "true or false",
        AttributeType.Date => "a date such as 2026-11-30",
        AttributeType.Enum => $"one of {string.Join(", ", definition.Values)}",
        _ => $"text of 1 to {definition.MaxLength} characters without control characters",
    };

    private static string? FormOf(UserAttributeDefinition definition, string text) => definition.Type switch
    {
        AttributeType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is >= -MaxInteger and <= MaxInteger
            ? number.ToString(CultureInfo.InvariantCulture)
            : null,
        AttributeType.Boolean => text is "true" or "false" ? text : null,
        AttributeType.Date => DateOnly.TryParseExact(
            text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null,
        AttributeType.Enum => definition.Values.Contains(text, StringComparer.Ordinal) ? text : null,
        _ => !string.IsNullOrWhiteSpace(text) && text.Length <= definition.MaxLength && !text.Any(char.IsControl) && IsUnicode(text)
            ? text
            : null,
    };

    private static string? TextOf(AttributeType type, JsonElement item) => (type, item.ValueKind) switch
    {
        (AttributeType.Integer, JsonValueKind.Number) => item.TryGetInt64(out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null,
        (AttributeType.Boolean, JsonValueKind.True) => "true",
        (AttributeType.Boolean, JsonValueKind.False) => "false",
        (AttributeType.String or AttributeType.Date or AttributeType.Enum, JsonValueKind.String) => item.GetString(),
        _ => null,
    };

    // A half of a surrogate pair is no character, and no database stores it.
    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
