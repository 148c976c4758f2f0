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
        (env:NAME, file:PATH) must be there. Exits with 1 where there are faults; with --json they are on standard output.

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
        foreach (var fault in loaded.Faults)
            error.WriteLine(fault);
        if (loaded.Document is null)
            error.WriteLine($"{loaded.Faults.Count} fault{(loaded.Faults.Count == 1 ? "" : "s")} on the stage {settings.Stage}.");
        return loaded.Document;
    }

    private static int Run(ParseResult parsed)
    {
        var (settings, output) = (new CommandSettings(parsed), new CommandOutput(parsed));
        if (output.IsJson)
        {
            var faults = settings.LoadConfig(null).Faults;
            output.WriteJson(new { settings.Stage, Faults = faults });
            return faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        }

        if (Load(settings, parsed.InvocationConfiguration.Error) is null)
            return ExitCode.Failed;
        output.WriteLine($"No faults in '{settings.ConfigDirectory}' on the stage {settings.Stage}.");
        return ExitCode.Done;
    }
}
