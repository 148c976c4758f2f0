using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config plan</c>: shows what applying the files would do.</summary>
internal static class PlanCommand
{
    /// <summary>The name of the command.</summary>
    public const string Name = "plan";

    private const string Description =
        """
        Shows what applying the configuration files would do, and changes nothing.

        One line for each object with the file and line that own it: + created, ~ changed, - deleted, = kept. Below it one line for each key, old and
        new; a long one goes on in further lines, and --json has it in one piece. Secrets are never shown, only that one was added, changed
        or removed. --out writes the plan into a file that 'hub config apply FILE' carries out exactly; keep it from others: it holds
        digests of secrets, and wrapped keys.

        Examples:
          hub config plan --prune
          hub config plan config --out release.plan

        Exit codes: 0 nothing to do; 1 faults, or the command line is wrong; 2 there are changes.
        """;

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Writes the plan for 'hub config apply FILE'.",
        HelpName = "file",
    };

    public static Command Create()
    {
        var command = new Command(Name, Description)
        {
            ConfigArguments.Folder, ApplyCommand.Prune, OutputOptions.Json, Out,
            SettingsOptions.ConfigDirectory, SettingsOptions.Stage, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>
    /// Reads the files and compares them with the database; null where that is not possible, which is then on standard error.
    /// </summary>
    public static async Task<ConfigPlan?> MakeAsync(
        ParseResult parsed, CommandSettings settings, bool prune, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        var folder = parsed.GetValue(ConfigArguments.Folder);
        if (await ValidateCommand.LoadAsync(settings, error, folder, cancellationToken) is not { } document)
            return null;
        using var protector = settings.OpenKey();
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var plan = await new ConfigPlanner(database, protector).PlanAsync(document, settings.Stage, prune, cancellationToken);
        foreach (var refusal in plan.Refusals)
            await error.WriteLineAsync(refusal);
        return plan.Refusals.Count == 0 ? plan : null;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        if (await MakeAsync(parsed, settings, parsed.GetValue(ApplyCommand.Prune), cancellationToken) is not { } plan)
            return ExitCode.Failed;

        var file = parsed.GetValue(Out);
        if (!string.IsNullOrEmpty(file))
        {
            using var protector = settings.OpenKey();
            await PrivateFile.WriteAsync(file, new PlanFile(protector).Write(plan), cancellationToken);
        }

        Show(plan, file, new CommandOutput(parsed));
        return plan.Changes.Count == 0 ? ExitCode.Done : ExitCode.Changes;
    }

    private static void Show(ConfigPlan plan, string? file, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                plan.Stage,
                plan.Generation,
                Changes = plan.Changes.Select(PlanText.JsonOf),
                Kept = plan.Kept.Select(PlanText.JsonOf),
                Moved = plan.MovedCount,
            });
            return;
        }

        foreach (var planned in plan.Changes)
            PlanText.Write(planned, output);
        foreach (var kept in plan.Kept)
            output.WriteWrapped(PlanText.OfKept(kept));
        if (plan.MovedCount > 0)
            output.WriteWrapped(
                $"{plan.MovedCount} unchanged object{(plan.MovedCount == 1 ? " is" : "s are")} at another place of the files, which "
                    + "apply notes.");
        output.WriteWrapped(
            $"{Count(ConfigAction.Create)} to create, {Count(ConfigAction.Change)} to change, {Count(ConfigAction.Delete)} to delete, "
                + $"{plan.Kept.Count} kept; "
                + (plan.Generation is null ? "nothing was applied before" : $"generation {plan.Generation}"));
        if (!string.IsNullOrEmpty(file))
            output.WriteLine($"The plan is in '{file}'; carry it out with: hub config apply '{file}'");

        int Count(ConfigAction action) => plan.Changes.Count(planned => planned.Change.Action == action);
    }
}
