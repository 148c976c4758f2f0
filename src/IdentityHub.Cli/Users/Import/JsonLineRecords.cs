using System.Text.Json;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// Reads records from JSON lines: one object a line, members named as <see cref="ImportColumns"/>; <c>roles</c> may be an array,
/// <c>password_hash</c> an object (Keycloak's). Empty lines are passed over.
/// </summary>
internal static class JsonLineRecords
{
    private const int MaxLineLength = 64 * 1024;

    public static IEnumerable<ImportRecord> Read(TextReader text)
    {
        long number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim().Length > 0)
                yield return line.Length > MaxLineLength
                    ? ImportRecord.Unreadable(number, $"The line is longer than {MaxLineLength} characters.")
                    : Parse(number, line);
        }
    }

    private static ImportRecord Parse(long number, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(number, document.RootElement)
                : ImportRecord.Unreadable(number, "The line is no JSON object.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Without the parser's own message, which quotes the line. InvalidOperationException: an escape that encodes no character.
            return ImportRecord.Unreadable(number, "The line is not valid JSON.");
        }
    }

    private static ImportRecord Read(long number, JsonElement root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!ImportColumns.All.Contains(member.Name, StringComparer.Ordinal))
                return ImportRecord.Unreadable(
                    number, $"There is no column '{Printable(member.Name)}'; these there are: {string.Join(", ", ImportColumns.All)}.");
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (ValueOf(member) is not { } value)
                return ImportRecord.Unreadable(number, $"'{member.Name}' has a value of another type.");
            if (!values.TryAdd(member.Name, value))
                return ImportRecord.Unreadable(number, $"'{member.Name}' is there twice.");
        }

        return new ImportRecord(number, values.Where(pair => pair.Value.Length > 0).ToDictionary(StringComparer.Ordinal));
    }

    private static string? ValueOf(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array
            when member.Name == ImportColumns.Roles
                && member.Value.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String) => string.Join(
            ' ',
            member.Value.EnumerateArray().Select(role => role.GetString())),
        JsonValueKind.Object when member.Name == ImportColumns.PasswordHash => member.Value.GetRawText(),
        _ => null,
    };

    private static string Printable(string name) => string.Concat(name.Take(40).Select(c => char.IsControl(c) ? '?' : c));
}
