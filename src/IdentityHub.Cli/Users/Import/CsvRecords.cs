using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace IdentityHub.Cli.Users.Import;

/// <summary>Reads records from comma-separated values with a header. RFC 4180.</summary>
internal static class CsvRecords
{
    private static readonly CsvConfiguration Rfc4180 = new(CultureInfo.InvariantCulture)
    {
        // What is wrong with one record is that record's to say.
        BadDataFound = null,
        MissingFieldFound = null,
        Mode = CsvMode.RFC4180,
    };

    /// <exception cref="CommandException">The header is none: the file is refused as a whole.</exception>
    public static IEnumerable<ImportRecord> Read(TextReader text)
    {
        using var parser = new CsvParser(text, Rfc4180, leaveOpen: true);
        if (!parser.Read())
            yield break;
        string[] columns = [.. parser.Record!.Select(column => column.Trim())];
        if (ImportColumns.Refusal(columns) is { } refusal)
            throw new CommandException($"Line 1: {refusal}");

        var before = parser.RawRow;
        while (parser.Read())
        {
            var line = before + 1;
            before = parser.RawRow;
            var fields = parser.Record!;
            yield return fields.Length == columns.Length
                ? new ImportRecord(line, columns.Zip(fields).Where(pair => pair.Second.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))
                : ImportRecord.Unreadable(line, $"There are {fields.Length} fields where the header has {columns.Length}.");
        }
    }
}
