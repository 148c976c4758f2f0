using System.Globalization;
using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Makes the value of a source the type that its claim has.</summary>
internal static class ClaimConversion
{
    /// <summary>The value in the type; null when it cannot be that.</summary>
    public static object? To(ClaimType? type, object? value) => (type, value) switch
    {
        (null, _) or (_, null) => value,
        (ClaimType.String, _) => ToText(value),
        (ClaimType.Number, _) => ToNumber(value),
        (ClaimType.Boolean, _) => ToFlag(value),
        (ClaimType.Array, _) => ToArray(value),
        _ => ToJson(value),
    };

    private static string? ToText(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        IReadOnlyList<string> texts => texts.Count == 0 ? null : string.Join(' ', texts),
        PostalAddress address => address.Formatted,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString(),
        JsonElement { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(IsText) =>
            string.Join(' ', list.EnumerateArray().Select(item => item.GetString())),
        JsonElement element => element.GetRawText(),
        _ => null,
    };

    private static object? ToNumber(object value) => value switch
    {
        long => value,
        JsonElement { ValueKind: JsonValueKind.Number } => value,
        JsonElement { ValueKind: JsonValueKind.String } text => ToNumber(text.GetString()!),
        string text => Parse(text) is { ValueKind: JsonValueKind.Number } number ? number : null,
        _ => null,
    };

    private static object? ToFlag(object value) => value switch
    {
        bool => value,
        "true" => true,
        "false" => false,
        JsonElement { ValueKind: JsonValueKind.True } => true,
        JsonElement { ValueKind: JsonValueKind.False } => false,
        JsonElement { ValueKind: JsonValueKind.String } text => ToFlag(text.GetString()!),
        _ => null,
    };

    private static object? ToArray(object value) => value switch
    {
        IReadOnlyList<string> => value,
        string text => (IReadOnlyList<string>)[text],
        JsonElement { ValueKind: JsonValueKind.Array } => value,
        JsonElement element => Parse($"[{element.GetRawText()}]"),
        bool or long => Parse($"[{ToText(value)}]"),
        _ => null,
    };

    private static object? ToJson(object value) => value switch
    {
        string text => Parse(text),
        JsonElement { ValueKind: JsonValueKind.String } text => Parse(text.GetString()!),
        _ => value,
    };

    private static bool IsText(JsonElement element) => element.ValueKind == JsonValueKind.String;

    // Null for what is no JSON, and for the JSON null. Texts are decoded when they are written: an escape that encodes no character is
    // found here, not by the token that would hold it.
    private static JsonElement? Parse(string text)
    {
        try
        {
            if (JsonElement.Parse(text) is not { ValueKind: not JsonValueKind.Null } element)
                return null;
            using var writer = new Utf8JsonWriter(Stream.Null);
            element.WriteTo(writer);
            return element;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
