using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config diff</c>: says where the database and the files differ.</summary>
internal static class DiffCommand
{
    /// <summary>The name of the command.</summary>
    public const string Name = "diff";

    private const string Description =
        """
        Shows drift: where the database does not hold what the configuration files say. Changes nothing.

        + is only in the files, - is only in the database, ~ differs: the value of the database, then that of the files. What somebody changed in the
        database by hand is found too. Objects that the administration API made are not the files' and are left out.

        Example:
          hub config diff || notify-operators

        Exit codes: 0 no drift; 1 faults, or the command line is wrong; 2 drift.
        """;

    public static Command Create()
    {
        var command = new Command(Name, Description)
        {
            ConfigArguments.Folder, OutputOptions.Json,
            SettingsOptions.ConfigDirectory, SettingsOptions.Stage, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // As with --prune, and users that are kept are drift too.
        if (await PlanCommand.MakeAsync(parsed, new CommandSettings(parsed), prune: true, cancellationToken) is not { } plan)
            return ExitCode.Failed;
        PlannedChange[] drift = [.. plan.Changes, .. plan.Kept.Select(kept => new PlannedChange(kept, null, []))];
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(new { plan.Stage, plan.Generation, Drift = drift.Select(PlanText.JsonOf) });
        else
            Show(drift, output);
        return drift.Length == 0 ? ExitCode.Done : ExitCode.Changes;
    }

    private static void Show(PlannedChange[] drift, CommandOutput output)
    {
        foreach (var planned in drift)
            PlanText.Write(planned, output);
        output.WriteLine(drift.Length == 0
            ? "The database holds what the files say."
            : $"{drift.Length} object{(drift.Length == 1 ? "" : "s")} of the database and the files differ.");
    }
}
