using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config export</c>: writes the applied configuration as files.</summary>
internal static class ExportCommand
{
    private const string Description =
        """
        Writes the applied configuration into a folder as files that 'hub config plan' finds equal.

        Each object goes into the file that holds it there, otherwise into the file that it came from; what the administration API made goes into
        api.yaml. A file that says the same already is not touched. In others, objects that are equal stay as they are written, with their comments.
        Secrets are written as digests, or as the files there say it (env:NAME, file:PATH). A secret that is needed itself (a tenant's key, a user's
        password) is never written: a variable stands in its place, which is named at the end.

        Example:
          hub config export exported --stage production
        """;

    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "Where the files are written; made where it is missing.",
    };

    public static Command Create()
    {
        var command = new Command("export", Description)
        {
            Folder, OutputOptions.Json, SettingsOptions.Stage, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (settings, folder) = (new CommandSettings(parsed), parsed.GetRequiredValue(Folder));
        if (folder.Length == 0 || File.Exists(folder))
            throw new CommandException($"'{folder}' is no folder: name the folder that the files are written into.");
        using var protector = settings.OpenKey();
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var context = new ConfigContext(settings.Stage, Environment.GetEnvironmentVariable, TimeProvider.System);
        var export = await new ConfigExporter(database, protector).ExportAsync(folder, context, cancellationToken);
        foreach (var fault in export.Faults)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(fault.ToString());
        if (export.Faults.Count > 0)
            throw new CommandException(
                $"The files in '{folder}' have faults, so that nothing was written. Mend them, or name another folder.");

        foreach (var (name, text) in export.Files)
            await WriteAsync(Path.Combine(folder, name), text, cancellationToken);
        Show(export, folder, new CommandOutput(parsed));
        return ExitCode.Done;
    }

    // A reader sees the old file or the new one, never a part.
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".tmp";
        await File.WriteAllTextAsync(temporary, text, cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }

    private static void Show(ConfigExport export, string folder, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { Folder = folder, Written = export.Files.Keys, export.Unchanged, export.Variables });
            return;
        }

        foreach (var name in export.Files.Keys)
            output.WriteLine($"written    {PlainText.Of(name)}");
        foreach (var name in export.Unchanged)
            output.WriteLine($"unchanged  {PlainText.Of(name)}");
        foreach (var variable in export.Variables)
            output.WriteLine($"Set {variable} to the secret that is needed itself: it is not written.");
        output.WriteLine($"{export.Files.Count} written, {export.Unchanged.Count} unchanged in '{folder}'.");
    }
}
