using System.CommandLine;
using System.Data.Common;
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

        Needs no database and no key, so that it can run in CI before a change is merged. What the administration API made is not known here: a file
        that refers to it has a fault, which 'hub config plan' does not see. The secrets that the files point to
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

    /// <summary>
    /// Reads the files; null when they have faults, which are then on standard error. What the administration API made in the database is
    /// known where the files refer to it.
    /// </summary>
    /// <param name="folder">In place of the folder of the settings.</param>
    public static async Task<ConfigDocument?> LoadAsync(
        CommandSettings settings, TextWriter error, string? folder, CancellationToken cancellationToken)
    {
        var loaded = settings.LoadConfig(folder);
        if (loaded.Document is null && await FindMadeAsync(settings, cancellationToken) is { IsEmpty: false } made)
            loaded = settings.LoadConfig(folder, made);
        WriteFaults(loaded, settings, error);
        return loaded.Document;
    }

    // Faults are told also where the database cannot be reached.
    private static async Task<MadeObjects?> FindMadeAsync(CommandSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
            return await new MadeObjectsReader(database).ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is CommandException or DbException)
        {
            return null;
        }
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
