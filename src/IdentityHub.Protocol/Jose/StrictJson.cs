using System.Text.Json;
using System.Text.Unicode;

namespace IdentityHub.Protocol.Jose;

/// <summary>JSON objects from outside: RFC 7515 §4 and RFC 7519 §4 (unique names), RFC 8725 §2.6 (one reading only).</summary>
public static class StrictJson
{
    /// <summary>
    /// Reads an object; false for anything else, repeated names at any level, deeper nesting, or text that is not Unicode
    /// (so that no later read of a string can throw).
    /// </summary>
    public static bool TryReadObject(ReadOnlySpan<byte> utf8, int maxDepth, out JsonElement json)
    {
        json = default;
        try
        {
            if (!Utf8.IsValid(utf8) || HasLoneSurrogate(utf8, maxDepth))
                return false;

            json = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth });
            return json.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // "\ud800" alone passes the framework's parser and fails only where it is read as a string.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
            return false;

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException)
        {
            return true;
        }

        return false;
    }
}
