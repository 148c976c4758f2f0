using System.CommandLine;
using System.Globalization;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Rewrapping;

namespace IdentityHub.Cli.Keys;

/// <summary><c>hub keys rewrap</c>.</summary>
internal static class RewrapCommand
{
    private const string Description =
        """
        Wraps everything that is wrapped in the database with the key of the key file that wraps now: signing keys, keys of cookies, secrets
        of authenticator apps, waiting messages, pushed requests and the secrets of the configuration. Run it after every node has a key
        file with the line wrap:KEY; the steps are in docs/operations.md. It may be stopped and run again, and the server goes on meanwhile.

        With --check nothing is changed: exit code 2 says that something is still wrapped with another key. The line read: of a former
        key may go when there is nothing left. The first line of the file never goes.

        Examples:
          hub keys rewrap --check
          hub keys rewrap
        """;

    private static readonly Option<bool> Check = new("--check") { Description = "Only count." };

    public static Command Create()
    {
        var command = new Command("rewrap", Description)
        {
            Check, OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        using var protector = settings.FindKey()
            ?? throw new CommandException("What is wrapped is read with the key-protection key; name its file: --key-file FILE");
        var onlyCounts = parsed.GetValue(Check);
        var found = await Rewrap.RunAsync(database, protector, onlyCounts, cancellationToken);
        var (others, unreadable) = (found.Sum(static column => column.Others), found.Sum(static column => column.Unreadable));
        if (!onlyCounts && unreadable == 0)
            await RememberAsync(database, protector, others, cancellationToken);

        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(found);
        else
            Write(output, found, onlyCounts);
        if (unreadable > 0)
            throw new CommandException(
                $"{unreadable} value(s) cannot be read with any key of the key file. Put the key that wrapped them back: a line read:KEY.");
        return onlyCounts && others > 0 ? ExitCode.Changes : ExitCode.Done;
    }

    private static async Task RememberAsync(
        HubDatabase database, KeyProtector protector, int others, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        await new InstallationMarks(transaction.Call).ReplaceKeyAsync(protector, TimeProvider.System.GetUtcNow(), cancellationToken);
        await AuditedChange.WriteAsync(
            transaction, "key.rewrapped", null, null, $"{others} value(s) were wrapped anew by hub keys rewrap", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void Write(CommandOutput output, IReadOnlyList<WrappedValues> found, bool onlyCounts)
    {
        var table = new OutputTable("!table", "!values", onlyCounts ? "!of another key" : "!wrapped anew");
        foreach (var column in found)
            table.Add(column.Table, Text(column.Values), Text(column.Others));
        output.WriteTable(table);
    }

    private static string Text(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
