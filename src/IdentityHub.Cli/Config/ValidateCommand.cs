using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config validate</c>: says everything that is wrong with the files.</summary>
internal static class ValidateCommand
{
    private const string Description =
        """
        Checks the configuration files and prints every fault with file, line, column and what would be right.

        Needs no database and no key, so that it can run in CI before a change is merged. The secrets that the files point to
        (env:NAME, file:PATH) must be there; where blanks or a line break around one are cut off, a note says so. Exits with 1
        where there are faults; with --json they are on standard output.

        Example:
          hub config validate --config config --stage production
        """;

    public static Command Create()
    {
        var command = new Command("validate", Description) { OutputOptions.Json, SettingsOptions.ConfigDirectory, SettingsOptions.Stage };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Reads the files; null when they have faults, which are then on standard error.</summary>
    /// <param name="folder">In place of the folder of the settings.</param>
    public static ConfigDocument? Load(CommandSettings settings, TextWriter error, string? folder = null)
    {
        var loaded = settings.LoadConfig(folder);
        WriteFaults(loaded, settings, error);
        return loaded.Document;
    }

    private static int Run(ParseResult parsed)
    {
        var (settings, output) = (new CommandSettings(parsed), new CommandOutput(parsed));
        var loaded = settings.LoadConfig(null);
        if (output.IsJson)
        {
            output.WriteJson(new { settings.Stage, loaded.Faults, loaded.Notes });
            return loaded.Document is null ? ExitCode.Failed : ExitCode.Done;
        }

        foreach (var note in loaded.Notes)
            output.WriteLine($"note: {note}");
        WriteFaults(loaded, settings, parsed.InvocationConfiguration.Error);
        if (loaded.Document is null)
            return ExitCode.Failed;
        output.WriteLine($"No faults in '{settings.ConfigDirectory}' on the stage {settings.Stage}.");
        return ExitCode.Done;
    }

    private static void WriteFaults(ConfigLoadResult loaded, CommandSettings settings, TextWriter error)
    {
        foreach (var fault in loaded.Faults)
            error.WriteLine(fault);
        if (loaded.Document is null)
            error.WriteLine($"{loaded.Faults.Count} fault{(loaded.Faults.Count == 1 ? "" : "s")} on the stage {settings.Stage}.");
    }
}
