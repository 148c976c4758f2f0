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

        // The members of an object, and the entries of a list, are looked at one by one.
        if (field.Type is not (FieldType.Object or FieldType.List) && JsonMarshal.GetRawUtf8Value(value).Length > MaxFieldLength)
        {
            yield return new FieldFault(false, place, field.Name, $"is longer than {MaxFieldLength} bytes");
            yield break;
        }

        if (TypeFault(value, field) is { } wrong)
        {
            yield return new FieldFault(true, place, field.Name, wrong);
            yield break;
        }

        var faults = field.Type switch
        {
            FieldType.Text => TextFault(value.GetString()!, field) is { } reason ? [new FieldFault(false, place, field.Name, reason)] : [],
            FieldType.OpenObject => field.ElementFault(place, value),
            FieldType.Object => Check(value, field.Members, place, isPatch),
            FieldType.List => CheckList(value, field, place),
            _ => [],
        };
        foreach (var fault in faults)
            yield return fault;
    }

    private static string? TypeFault(JsonElement value, Field field) => field.Type switch
    {
        FieldType.Text => value.ValueKind == JsonValueKind.String ? null : "must be a string",
        FieldType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false",
        FieldType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? null : "must be a whole number",
        FieldType.List => value.ValueKind == JsonValueKind.Array ? null : "must be a list",
        _ => value.ValueKind == JsonValueKind.Object ? null : "must be an object",
    };

    // The entries are new ones, also in a patch: a list is replaced as a whole (RFC 7396 §2).
    private static IEnumerable<FieldFault> CheckList(JsonElement list, Field field, string place)
    {
        if (list.GetArrayLength() > field.MaxItems)
        {
            yield return new FieldFault(false, place, field.Name, $"has more than {field.MaxItems} entries");
            yield break;
        }

        var entry = field with { Type = field.Members.Count > 0 ? FieldType.Object : FieldType.Text, IsRequired = true };
        var index = 0;
        foreach (var value in list.EnumerateArray())
        {
            foreach (var fault in Check(value, entry, $"{place}.{index}", isPatch: false))
                yield return fault;
            index++;
        }
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
