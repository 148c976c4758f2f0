using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config apply</c>: makes the database match the configuration files.</summary>
internal static class ApplyCommand
{
    private const string Description =
        """
        Checks the configuration files and makes the database match them, in one transaction; running servers follow by themselves.

        Prints what it did like a diff: + created, ~ changed, - deleted, = kept. What the files no longer have is kept unless --prune is
        given. Where the files have a fault, or a deletion is not possible, nothing is changed and the exit code is 1. The same holds
        for a database of another key file, and for one whose configuration was applied on the stage development while this stage is production,
        or the other way round.

        With FILE, a plan of 'hub config plan --out FILE', exactly that plan is carried out, without reading the configuration files. It is refused
        where the database has changed since, and where the file was edited.

        Examples:
          hub config apply --config config --prune
          hub config apply release.plan
        """;

    private static readonly Argument<string?> PlanFileName = new("FILE")
    {
        Description = "A plan that 'hub config plan --out FILE' wrote.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Deletes what earlier files made.</summary>
    public static Option<bool> Prune { get; } =
        new("--prune") { Description = "Delete what earlier files made and these files no longer have, users left out." };

    private static readonly Option<string[]> TakeOver = new("--take-over")
    {
        Description =
            "Take over this organization, which the administration API made, with its members and what lies below it. May be repeated.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command("apply", Description)
        {
            PlanFileName,
            Prune,
            TakeOver,
            OutputOptions.Json,
            SettingsOptions.ConfigDirectory,
            SettingsOptions.Stage,
            SettingsOptions.ConnectionString,
            SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (settings, error) = (new CommandSettings(parsed), parsed.InvocationConfiguration.Error);
        var file = parsed.GetValue(PlanFileName);
        if (file is not null && (parsed.GetValue(Prune) || parsed.GetValue(SettingsOptions.ConfigDirectory) is not null))
            throw new CommandException("The plan already says what is deleted and what is written: leave out --prune and --config.");
        var document = file is null ? await ValidateCommand.LoadAsync(settings, error, folder: null, cancellationToken) : null;
        if (file is null && document is null)
            return ExitCode.Failed;

        using var protector = settings.OpenKey();
        var plan = file is null ? null : new PlanFile(protector).Read(await ReadAsync(file, cancellationToken));
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var applier = new ConfigApplier(
            database, protector, new UserPasswordHasher(UserPasswordHasher.MinIterations), TimeProvider.System, NoteAsync)
        {
            TakesOver = parsed.GetValue(TakeOver) ?? [],
        };
        var result = plan is not null
            ? await applier.ApplyAsync(plan, cancellationToken)
            : await applier.ApplyAsync(document!, settings.Stage, parsed.GetValue(Prune), cancellationToken);
        foreach (var refusal in result.Refusals)
            await error.WriteLineAsync(refusal);
        if (!result.Succeeded)
            return ExitCode.Failed;

        Show(result, new CommandOutput(parsed));
        return ExitCode.Done;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file))
            throw new CommandException(
                $"'{file}' is a folder; a plan file is needed here. For a folder: hub config apply --config '{file}'");
        return File.Exists(file)
            ? await File.ReadAllTextAsync(file, cancellationToken)
            : throw new CommandException($"There is no file '{file}'. Make a plan: hub config plan --out '{file}'");
    }

    private static void Show(ConfigApplyResult result, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                result.Generation,
                Changes = result.Changes.Select(change => PlanText.JsonOf(new PlannedChange(change, null, []))),
                Kept = result.Kept.Select(PlanText.JsonOf),
            });
            return;
        }

        foreach (var change in result.Changes)
            output.WriteWrapped(change.ToString());
        foreach (var kept in result.Kept)
            output.WriteWrapped(PlanText.OfKept(kept));
        output.WriteWrapped($"{CountsOf(result)}, {result.Kept.Count} kept; generation {result.Generation}");
    }

    private static Task NoteAsync(SqlTransaction transaction, ConfigApplyResult result, CancellationToken cancellationToken) =>
        AuditedChange.WriteAsync(
            transaction, "config.applied", userId: null, sessionId: null,
            $"{CountsOf(result)} by hub config apply; generation {result.Generation}", cancellationToken);

    private static string CountsOf(ConfigApplyResult result)
    {
        return $"{Count(ConfigAction.Create)} created, {Count(ConfigAction.Change)} changed, {Count(ConfigAction.Delete)} deleted";

        int Count(ConfigAction action) => result.Changes.Count(change => change.Action == action);
    }
}
