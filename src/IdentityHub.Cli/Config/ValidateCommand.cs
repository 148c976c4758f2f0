using System.CommandLine;
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
        (env:NAME, file:PATH) must be there. Exits with 1 where there are faults.

        Example:
          hub config validate --config config --stage production
        """;

    public static Command Create()
    {
        var command = new Command("validate", Description) { SettingsOptions.ConfigDirectory, SettingsOptions.Stage };
        command.SetAction(parsed => Run(new CommandSettings(parsed), parsed.InvocationConfiguration));
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

    private static int Run(CommandSettings settings, InvocationConfiguration console)
    {
        if (Load(settings, console.Error) is null)
            return ExitCode.Failed;
        console.Output.WriteLine($"No faults in '{settings.ConfigDirectory}' on the stage {settings.Stage}.");
        return ExitCode.Done;
    }
}
