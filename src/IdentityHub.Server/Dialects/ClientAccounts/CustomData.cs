using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// What an application keeps with an account: an object of strings, numbers, booleans and objects, at most 8 KiB and
/// <see cref="MaxDepth"/> levels. A change is a merge patch.
/// </summary>
internal static class CustomData
{
    /// <summary>Objects inside each other, the outermost included.</summary>
    public const int MaxDepth = 8;

    private const string Empty = "{}";
    private const int MaxLength = FieldCheck.MaxFieldLength;

    // Stored as short as possible; the code that writes it into an answer escapes it again.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is wrong with new data.</summary>
    public static IEnumerable<FieldFault> FaultsOfNew(string place, JsonElement data) => Faults(place, data, depth: 1, mayClear: false);

    /// <summary>What is wrong with a patch: there <c>null</c> takes a member away.</summary>
    public static IEnumerable<FieldFault> FaultsOfPatch(string place, JsonElement data) => Faults(place, data, depth: 1, mayClear: true);

    /// <summary>The stored form of new data.</summary>
    public static string Format(JsonElement data) => Format(JsonMergePatch.Apply(null, data))!;

    /// <summary>The stored form of <paramref name="stored"/> with <paramref name="patch"/> applied; null for none.</summary>
    /// <returns>False when that is too long.</returns>
    public static bool TryMerge(string? stored, JsonElement patch, out string? merged)
    {
        merged = Format(JsonMergePatch.Apply(stored is null ? null : JsonNode.Parse(stored), patch));
        if (stored is null && patch.ValueKind == JsonValueKind.Object && merged == Empty && patch.EnumerateObject().Any())
            merged = null;
        return merged is null || Encoding.UTF8.GetByteCount(merged) <= MaxLength;
    }

    /// <summary>Writes stored data as a member.</summary>
    /// <param name="attributes">Those that the configuration defines; they stand in the same object.</param>
    public static void Write(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, string? stored, IReadOnlyList<KeyValuePair<string, object>> attributes)
    {
        json.WritePropertyName(name);
        if (attributes.Count > 0)
            WriteWith(json, stored, attributes);
        else if (stored is null)
            json.WriteNullValue();
        else
            JsonElement.Parse(stored).WriteTo(json);
    }

    private static void WriteWith(Utf8JsonWriter json, string? stored, IReadOnlyList<KeyValuePair<string, object>> attributes)
    {
        json.WriteStartObject();
        if (stored is not null)
        {
            foreach (var member in JsonElement.Parse(stored).EnumerateObject())
            {
                if (!attributes.Any(attribute => attribute.Key == member.Name))
                    member.WriteTo(json);
            }
        }

        ClaimJson.Write(json, attributes);
        json.WriteEndObject();
    }

    private static string? Format(JsonNode? data) => data?.ToJsonString(Compact);

    private static IEnumerable<FieldFault> Faults(string place, JsonElement data, int depth, bool mayClear)
    {
        foreach (var member in data.EnumerateObject())
        {
            var name = FieldCheck.Printable(member.Name);
            var path = $"{place}.{name}";
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object when depth == MaxDepth:
                    yield return new FieldFault(false, path, name, $"lies deeper than {MaxDepth} levels", IsKnown: false);
                    break;
                case JsonValueKind.Object:
                    foreach (var fault in Faults(path, member.Value, depth + 1, mayClear))
                        yield return fault;
                    break;
                case JsonValueKind.Array:
                case JsonValueKind.Null when !mayClear:
                    yield return new FieldFault(true, path, name, "must be a string, number, boolean or object", IsKnown: false);
                    break;
            }
        }
    }
}
