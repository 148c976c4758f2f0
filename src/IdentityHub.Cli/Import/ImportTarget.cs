using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;

namespace IdentityHub.Cli.Import;

/// <summary>Where an import writes; nothing that is there is replaced unless the caller says so.</summary>
internal sealed class ImportTarget(ParseResult parsed)
{
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder that the configuration files are written into; made where it is missing.",
        HelpName = "folder",
        DefaultValueFactory = _ => "config",
    };

    private static readonly Option<string> UsersOut = new("--users-out")
    {
        Description = "File that the users are written into, for 'hub users import'. It holds password hashes: only its owner may read it.",
        HelpName = "file",
        DefaultValueFactory = _ => "users.jsonl",
    };

    private static readonly Option<string> ReportOut = new("--report")
    {
        Description = "File that the whole report is written into, a JSON object a line.",
        HelpName = "file",
        DefaultValueFactory = _ => "import-report.jsonl",
    };

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Write into a folder that is not empty, and replace files of the same names.",
    };

    /// <summary>The folder of the configuration files.</summary>
    public string Folder { get; } = parsed.GetRequiredValue(Out);

    /// <summary>The file of the users.</summary>
    public string UsersFile { get; } = parsed.GetRequiredValue(UsersOut);

    /// <summary>The file of the report.</summary>
    public string ReportFile { get; } = parsed.GetRequiredValue(ReportOut);

    /// <summary>Adds the options of every import.</summary>
    public static void AddOptionsTo(Command command)
    {
        foreach (var option in new Option[] { Out, UsersOut, ReportOut, Force, SettingsOptions.Stage, OutputOptions.Json })
            command.Add(option);
    }

    /// <summary>Writes the file of the users.</summary>
    /// <param name="total">How many users there are; null where it is not known.</param>
    /// <param name="write">Writes each user.</param>
    /// <returns>How many were written.</returns>
    public async Task<int> WriteUsersAsync(ImportReport report, int? total, Func<UserLines, Task> write)
    {
        var count = 0;
        await PrivateFile.WriteAsync(UsersFile, async writer =>
        {
            count = await ProgressLine.ShowAsync(
                total,
                async progressed =>
                {
                    var lines = new UserLines(writer, report, done => progressed($"{done} users", done));
                    await write(lines);
                    lines.ReportAccess();
                    return lines.Count;
                },
                new CommandOutput(parsed).IsJson);
        });
        return count;
    }

    /// <exception cref="CommandException">Something is there already, and may not be replaced.</exception>
    public void RefuseWhatIsThere()
    {
        if (Folder.Length == 0 || File.Exists(Folder))
            throw new CommandException($"'{Folder}' is no folder: name the folder that the files are written into (--out).");
        if (parsed.GetValue(Force))
            return;
        if (Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any())
            throw new CommandException(
                $"The folder '{Folder}' is not empty: name another one (--out), or replace files of the same names in it with --force.");
        foreach (var file in (string[])[UsersFile, ReportFile])
        {
            if (File.Exists(file))
                throw new CommandException($"The file '{file}' is there already: name another one, or replace it with --force.");
        }
    }
}
