using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// Reads records from separated values with a header. RFC 4180, with the comma, the semicolon or the tab between values: whichever comes
/// first in the header. A first line <c>sep=;</c>, as spreadsheets write it, is read too.
/// </summary>
internal static class CsvRecords
{
    private const string Separators = ",;\t";
    private const string SeparatorMark = "sep=";

    /// <exception cref="CommandException">The header is none: the file is refused as a whole.</exception>
    public static IEnumerable<ImportRecord> Read(TextReader text)
    {
        if (ReadHeader(text) is not var (header, separator, lines))
            yield break;
        var columns = Columns(header, separator);
        if (ImportColumns.Refusal(columns) is { } refusal)
            throw new CommandException($"Line {lines}: {refusal}");

        using var parser = new CsvParser(text, Rfc4180(separator), leaveOpen: true);
        var before = parser.RawRow;
        while (parser.Read())
        {
            var line = lines + before + 1;
            before = parser.RawRow;
            var fields = parser.Record!;
            yield return fields.Length == columns.Length
                ? new ImportRecord(
                    line,
                    columns
                        .Zip(fields)
                        .Where(pair => pair.Second.Length > 0)
                        .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))
                : ImportRecord.Unreadable(
                    line,
                    $"There are {fields.Length} fields where the header has {columns.Length}. A value with a {NameOf(separator)} in it "
                        + "must be in quotes.");
        }
    }

    // The first line that is not empty, what separates its values, and how many lines were read.
    private static (string Header, char Separator, int Lines)? ReadHeader(TextReader text)
    {
        char? said = null;
        for (var lines = 1; text.ReadLine() is { } line; lines++)
        {
            if (line.Length == SeparatorMark.Length + 1
                && line.StartsWith(SeparatorMark, StringComparison.OrdinalIgnoreCase)
                && Separators.Contains(line[^1], StringComparison.Ordinal))
                said = line[^1];
            else if (line.AsSpan().Trim().Length > 0)
                return (line, said ?? (line.AsSpan().IndexOfAny(Separators) is >= 0 and var first ? line[first] : Separators[0]), lines);
        }

        return null;
    }

    private static string[] Columns(string header, char separator)
    {
        using var parser = new CsvParser(new StringReader(header), Rfc4180(separator));
        return parser.Read() ? [.. parser.Record!.Select(column => column.Trim())] : [];
    }

    private static CsvConfiguration Rfc4180(char separator) => new(CultureInfo.InvariantCulture)
    {
        // What is wrong with one record is said of that record.
        BadDataFound = null,
        MissingFieldFound = null,
        Mode = CsvMode.RFC4180,
        Delimiter = separator.ToString(),
    };

    private static string NameOf(char separator) => separator switch
    {
        ',' => "comma",
        ';' => "semicolon",
        _ => "tab",
    };
}
