using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Claims with their values as JSON.</summary>
public static class ClaimJson
{
    /// <summary>Writes claims as members of the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object>> claims)
    {
        foreach (var (name, value) in claims)
        {
            switch (value)
            {
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                case long number:
                    json.WriteNumber(name, number);
                    break;
                case IReadOnlyList<string> texts:
                    json.WriteStartArray(name);
                    foreach (var text in texts)
                        json.WriteStringValue(text);
                    json.WriteEndArray();
                    break;
                case JsonElement element:
                    json.WritePropertyName(name);
                    element.WriteTo(json);
                    break;
                case PostalAddress address:
                    Write(json, name, address);
                    break;
                default:
                    json.WriteString(name, (string)value);
                    break;
            }
        }
    }

    /// <summary>How many bytes a value takes at most: quotes and characters beyond ASCII are written as <c>\uXXXX</c>.</summary>
    public static int LengthOf(object value) => value switch
    {
        string text => LengthOfText(text),
        IReadOnlyList<string> texts => texts.Sum(text => LengthOfText(text) + 1) + 2,
        JsonElement element => LengthOfJson(element.GetRawText()),
        PostalAddress address => (2 * LengthOfText(address.Formatted)) + 128,
        _ => 20,
    };

    private static int LengthOfText(string text) => LengthOfJson(text) + 2 + (5 * text.Count(character => character == '"'));

    // In JSON a quote inside a string has a backslash in front of it.
    private static int LengthOfJson(string json) => json.Length + (5 * json.Count(character => !IsWrittenAsItIs(character)));

    private static bool IsWrittenAsItIs(char character) =>
        character is >= ' ' and <= '~' and not ('<' or '>' or '&' or '+' or '\'' or '`' or '\\');

    // OpenID Connect Core §5.1.1: what is not known is left out.
    private static void Write(Utf8JsonWriter json, string name, PostalAddress address)
    {
        json.WriteStartObject(name);
        json.WriteString("formatted"u8, address.Formatted);
        foreach (var (member, value) in new[]
                 {
                     ("street_address", address.StreetAddress), ("locality", address.Locality), ("region", address.Region),
                     ("postal_code", address.PostalCode), ("country", address.Country),
                 })
        {
            if (value is not null)
                json.WriteString(member, value);
        }

        json.WriteEndObject();
    }
}
