using System.Text.Json;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// Reads records from JSON lines: one object a line, members named as <see cref="ImportColumns"/>; <c>roles</c> may be an array,
/// <c>password_hash</c> an object (Keycloak's), <c>external_logins</c> is an array of objects, <c>attributes</c> and <c>claims</c> are
/// objects. Empty lines are passed over.
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
            if (member.Name is ImportColumns.Attributes or ImportColumns.Claims)
            {
                if (NamedFault(member, values) is { } fault)
                    return ImportRecord.Unreadable(number, fault);
                continue;
            }

            if (!ImportColumns.All.Contains(member.Name, StringComparer.Ordinal))
                return ImportRecord.Unreadable(
                    number, $"There is no column '{Printable(member.Name)}'; these there are: {ImportColumns.Names}.");
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (ValueOf(member) is not { } value)
                return ImportRecord.Unreadable(number, $"'{member.Name}' has a value of another type.");
            if (!values.TryAdd(member.Name, value))
                return ImportRecord.Unreadable(number, $"'{member.Name}' is there twice.");
        }

        return new ImportRecord(number, values.Where(pair => pair.Value.Length > 0).ToDictionary(StringComparer.Ordinal));
    }

    // Members of an object become columns of their own.
    private static string? NamedFault(JsonProperty named, Dictionary<string, string> values)
    {
        if (named.Value.ValueKind != JsonValueKind.Object)
            return $"'{named.Name}' has a value of another type.";
        foreach (var member in named.Value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var items = member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : new[] { member.Value };
            string?[] texts = [.. items.Select(TextOf)];
            if (texts.Any(text => text is null || text.Contains(ImportColumns.ListSeparator, StringComparison.Ordinal)))
                return $"'{named.Name}.{Printable(member.Name)}' has a value of another type, or with a line break.";
            if (!values.TryAdd($"{named.Name}.{member.Name}", string.Join(ImportColumns.ListSeparator, texts)))
                return $"'{named.Name}.{Printable(member.Name)}' is there twice.";
        }

        return null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string? ValueOf(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array
            when member.Name is ImportColumns.Roles or ImportColumns.RecoveryCodes
                && member.Value.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String) => string.Join(
            ' ',
            member.Value.EnumerateArray().Select(role => role.GetString())),
        JsonValueKind.Object when member.Name == ImportColumns.PasswordHash => member.Value.GetRawText(),
        JsonValueKind.Array when member.Name == ImportColumns.ExternalLogins => member.Value.GetRawText(),
        _ => null,
    };

    private static string Printable(string name) => string.Concat(name.Take(40).Select(c => char.IsControl(c) ? '?' : c));
}
