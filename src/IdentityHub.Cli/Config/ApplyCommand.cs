using System.CommandLine;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
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

        Example:
          hub config apply --config config --prune
        """;

    private static readonly Option<bool> Prune = new("--prune") { Description = "Delete what earlier files made and these files no longer have, users left out." };

    public static Command Create()
    {
        var command = new Command("apply", Description)
        {
            Prune, SettingsOptions.ConfigDirectory, SettingsOptions.Stage, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(new HubSettings(parsed), parsed.GetValue(Prune), parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(HubSettings settings, bool prune, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        if (ValidateCommand.Load(settings, console.Error) is not { } document)
            return ExitCode.Failed;

        using var protector = settings.OpenKey();
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var applier = new ConfigApplier(database, protector, new UserPasswordHasher(UserPasswordHasher.MinIterations), TimeProvider.System);
        var result = await applier.ApplyAsync(document, settings.Stage, prune, cancellationToken);
        foreach (var refusal in result.Refusals)
            await console.Error.WriteLineAsync(refusal);
        if (!result.Succeeded)
            return ExitCode.Failed;

        Print(result, console.Output);
        return ExitCode.Done;
    }

    private static void Print(ConfigApplyResult result, TextWriter output)
    {
        foreach (var change in result.Changes)
            output.WriteLine(change);
        foreach (var kept in result.Kept)
            output.WriteLine($"= {kept.Kind}/{kept.Name} is no longer in the files; {(kept.Kind == "users" ? "users are never deleted by files, 'enabled: false' refuses them" : "--prune deletes it")}");
        output.WriteLine(
            $"{Count(ConfigAction.Create)} created, {Count(ConfigAction.Change)} changed, {Count(ConfigAction.Delete)} deleted, {result.Kept.Count} kept; generation {result.Generation}");

        int Count(ConfigAction action) => result.Changes.Count(change => change.Action == action);
    }
}
