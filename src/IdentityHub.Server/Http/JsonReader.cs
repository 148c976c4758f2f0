using System.Buffers;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Http;

/// <summary>Reads one flat JSON object as parameters: each name once, values strings; <c>null</c> counts as not sent.</summary>
internal static class JsonReader
{
    /// <summary>Longest value in bytes; contracts/README.md rule 3.</summary>
    public const int MaxValueLength = 8 * 1024;

    /// <summary>Parses a whole body.</summary>
    public static Outcome<Parameters> Parse(ReadOnlySequence<byte> body)
    {
        var parameters = new Parameters();
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return Malformed("The body must be one JSON object.");

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                json.Read();
                if (Value(ref json, name) is { } refusal)
                    return refusal;
                if (parameters.AddOnce(name, json.GetString() ?? "") is { } repeated)
                    return repeated;
            }

            return json.Read() ? Malformed("Something follows the JSON object.") : parameters;
        }
        catch (JsonException)
        {
            return Malformed("The body is not valid JSON.");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: an escape that stands for no character.
            return Malformed("The body holds a string that is not valid Unicode.");
        }
    }

    /// <summary>True when the first byte that is not blank begins a JSON value of the kinds that bodies have. Contract rule 7.</summary>
    public static bool LooksLikeJson(ReadOnlySequence<byte> body)
    {
        foreach (var segment in body)
        {
            foreach (var c in segment.Span)
            {
                if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                    continue;
                return c is (byte)'{' or (byte)'[';
            }
        }

        return false;
    }

    private static Refusal? Value(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            return Refusal.InvalidRequest($"Field '{FieldCheck.Printable(name)}' must be a string.", Reasons.FieldType);
        var length = json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length;
        return length > MaxValueLength
            ? Refusal.InvalidRequest($"Field '{FieldCheck.Printable(name)}' is longer than {MaxValueLength} bytes.", Reasons.FieldTooLong)
            : null;
    }

    private static Refusal Malformed(string description) => Refusal.InvalidRequest(description, Reasons.JsonMalformed);
}
