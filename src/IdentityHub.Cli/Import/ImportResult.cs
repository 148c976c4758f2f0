using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import;

/// <summary>Writes what an import made: the configuration files, the report, and what the caller sees.</summary>
/// <param name="system">The name of the other system.</param>
internal sealed class ImportResult(ParseResult parsed, ImportTarget target, ImportReport report, string system)
{
    private const int MostObjects = 3;
    private const int NarrowestTable = 120;

    /// <param name="document">Everything that has a counterpart.</param>
    /// <param name="users">How many users were written; null where there is no file of users.</param>
    public async Task<int> WriteAsync(ConfigDocument document, int? users, CancellationToken cancellationToken)
    {
        var context = new ConfigContext(new CommandSettings(parsed).Stage, Environment.GetEnvironmentVariable, TimeProvider.System);
        var converted = ConfigConversion.Convert(document, $"Imported from {system} with hub import.", context);
        foreach (var part in converted.Removed)
        {
            var what = part.Key is null ? "The whole object" : "It";
            var fault = part.Fault.EndsWith('?') ? part.Fault : part.Fault.TrimEnd('.') + ".";
            report.Add($"{part.Kind}/{part.Name}", part.Key ?? "", part.Value, $"{what} was left out: {fault}");
        }

        Directory.CreateDirectory(target.Folder);
        foreach (var (name, text) in converted.Files)
            await File.WriteAllTextAsync(Path.Combine(target.Folder, name), text, cancellationToken);
        await PrivateFile.WriteAsync(target.ReportFile, async writer =>
        {
            foreach (var entry in report.Entries)
                await writer.WriteLineAsync(JsonSerializer.Serialize(entry, OutputJson.Line));
        });
        Show(converted, users);
        return ExitCode.Done;
    }

    private void Show(ConvertedFiles converted, int? users)
    {
        var output = new CommandOutput(parsed);
        var counts = converted.Counts.Where(kind => kind.Value > 0).ToDictionary(kind => kind.Key, kind => kind.Value);
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                Out = target.Folder,
                Files = converted.Files.Keys,
                Objects = counts,
                Users = users,
                UsersFile = users is null ? null : target.UsersFile,
                ReportFile = target.ReportFile,
                Report = report.Entries,
            });
            return;
        }

        foreach (var file in converted.Files.Keys)
            output.WriteLine($"written  {PlainText.Of(Path.Combine(target.Folder, file))}");
        if (users is not null)
            output.WriteLine($"written  {PlainText.Of(target.UsersFile)}");
        output.WriteLine($"written  {PlainText.Of(target.ReportFile)}");
        output.WriteLine("");
        var all = users is { } number ? counts.Append(KeyValuePair.Create("users", number)) : counts;
        var parts = all.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value} {kind.Key}"));
        output.WriteLine($"Imported: {string.Join(", ", parts)}.");
        if (report.Entries.Count > 0)
            ShowReport(output);
        output.WriteLine("");
        output.WriteLine(
            $"Next: hub config validate --config {target.Folder}; hub config plan {target.Folder}; hub config apply --config "
                + target.Folder);
        if (users is not null)
            output.WriteLine($"Then: hub users import {target.UsersFile}");
    }

    // What is the same of many objects is one row.
    private void ShowReport(CommandOutput output)
    {
        output.WriteLine("");
        output.WriteLine(
            $"Without a counterpart, or another thing here ({report.Entries.Count} entries; all of them are in {target.ReportFile}):");
        var width = CommandOutput.FindWidth();
        var table = new OutputTable("object", "key", "value", "what to know");
        foreach (var same in report.Entries.GroupBy(entry => (SectionOf(entry), KeyOf(entry), entry.Advice)))
        {
            var (objects, keys, values) = (
                First(same.Select(entry => entry.Object)), First(same.Select(entry => entry.Key)),
                First(same.Select(entry => entry.Value)));
            table.Add(objects, keys, values, same.Key.Advice);
            if (width >= NarrowestTable)
                continue;

            // Four columns in a narrow terminal break every word.
            output.WriteLine("");
            var what = $"{objects}{(keys.Length > 0 ? $"  {keys}" : "")}{(values.Length > 0 ? $" = {values}" : "")}";
            foreach (var line in FlowText.OfSentence(PlainText.Of(what), width, "", "  "))
                output.WriteLine(line);
            foreach (var line in FlowText.OfSentence(PlainText.Of(same.Key.Advice), width, "    ", "    "))
                output.WriteLine(line);
        }

        if (width >= NarrowestTable)
            output.WriteTable(table);
    }

    private static string SectionOf(ReportEntry entry) => entry.Object.Split('/')[0];

    // Settings of the whole system are one object: those with the same advice are one row.
    private static string? KeyOf(ReportEntry entry) =>
        SectionOf(entry) is "settings" or "realm" or "tenant" or "database" ? null : entry.Key;

    private static string First(IEnumerable<string?> texts)
    {
        var different = texts.Where(text => !string.IsNullOrEmpty(text)).Distinct().ToList();
        var more = different.Count > MostObjects ? $" and {different.Count - MostObjects} more" : "";
        return string.Join(", ", different.Take(MostObjects)) + more;
    }
}
