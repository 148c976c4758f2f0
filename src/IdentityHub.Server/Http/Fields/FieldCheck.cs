using System.Runtime.InteropServices;
using System.Text.Json;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Http.Fields;

/// <summary>Holds a JSON object against its fields, and finds everything that is wrong with it.</summary>
internal static class FieldCheck
{
    /// <summary>What every path begins with.</summary>
    public const string Root = "object";

    /// <summary>Longest field in bytes of UTF-8, as it came; contracts/README.md rule 3.</summary>
    public const int MaxFieldLength = 8 * 1024;

    /// <summary>More faults of one body are not listed: they would make an answer many times as long as the request.</summary>
    public const int MaxFaults = 100;

    private const int MaxShownName = 64;

    /// <summary>
    /// Everything that is wrong with a new object: each required field there, each field as it should be, no other field.
    /// </summary>
    public static IReadOnlyList<FieldFault> CheckNew(JsonElement body, IReadOnlyList<Field> fields) =>
        [.. Check(body, fields, Root, isPatch: false).Take(MaxFaults)];

    /// <summary>The same for a merge patch (RFC 7396): what is absent stays, <c>null</c> clears what is not required.</summary>
    public static IReadOnlyList<FieldFault> CheckPatch(JsonElement body, IReadOnlyList<Field> fields) =>
        [.. Check(body, fields, Root, isPatch: true).Take(MaxFaults)];

    private static IEnumerable<FieldFault> Check(JsonElement json, IReadOnlyList<Field> fields, string path, bool isPatch)
    {
        foreach (var field in fields)
        {
            var place = $"{path}.{field.Name}";
            if (!json.TryGetProperty(field.Name, out var value))
            {
                if (field.IsRequired && !isPatch)
                    yield return new FieldFault(false, place, field.Name, "is missing");
                continue;
            }

            foreach (var fault in Check(value, field, place, isPatch))
                yield return fault;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (!fields.Any(field => field.Name == member.Name))
            {
                var name = Printable(member.Name);
                yield return new FieldFault(false, $"{path}.{name}", name, "is not known here", IsKnown: false);
            }
        }
    }

    private static IEnumerable<FieldFault> Check(JsonElement value, Field field, string place, bool isPatch)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            if (field.IsRequired)
                yield return new FieldFault(false, place, field.Name, isPatch ? "cannot be cleared" : "is missing");
            yield break;
        }

        // The members of an object are fields of their own.
        if (field.Type != FieldType.Object && JsonMarshal.GetRawUtf8Value(value).Length > MaxFieldLength)
        {
            yield return new FieldFault(false, place, field.Name, $"is longer than {MaxFieldLength} bytes");
            yield break;
        }

        var expected = field.Type == FieldType.Text ? JsonValueKind.String : JsonValueKind.Object;
        if (value.ValueKind != expected)
        {
            yield return new FieldFault(true, place, field.Name, field.Type == FieldType.Text ? "must be a string" : "must be an object");
            yield break;
        }

        var faults = field.Type switch
        {
            FieldType.Text => TextFault(value.GetString()!, field) is { } reason ? [new FieldFault(false, place, field.Name, reason)] : [],
            FieldType.OpenObject => field.ElementFault(place, value),
            _ => Check(value, field.Members, place, isPatch),
        };
        foreach (var fault in faults)
            yield return fault;
    }

    private static string? TextFault(string text, Field field) =>
        text.Length == 0 && field.MinLength > 0 ? "is empty"
        : !field.IsProse && text.Any(char.IsControl) ? "has a control character"
        : field.TextFault(text) is { } reason ? reason
        : text.Length > field.MaxLength ? $"has more than {field.MaxLength} characters"
        : null;

    /// <summary>A name from the caller in a form that may be returned to them: short, and of harmless characters only.</summary>
    public static string Printable(string name) =>
        string.Concat(
            name.Take(MaxShownName).Select(c => c is >= ' ' and <= '~' and not ('"' or '\\' or '\'' or '<' or '>' or '&') ? c : '?'));
}
