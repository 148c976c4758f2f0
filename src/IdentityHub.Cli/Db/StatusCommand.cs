using System.CommandLine;
using System.Globalization;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;

namespace IdentityHub.Cli.Db;

/// <summary><c>hub db status</c>.</summary>
internal static class StatusCommand
{
    private const string Description =
        """
        Says whether the tables of the database are those of this version, which migrations it lacks, how many rows the large tables have, and since when
        the oldest expired row of each waits for the clean-up. Changes nothing. On PostgreSQL the numbers of rows are those of its statistics.

        Exit codes: 0 at this version; 1 fault, or the command line is wrong; 2 behind this version.

        Example:
          hub db status
        """;

    /// <summary>Name of the command.</summary>
    public const string Name = "status";

    public static Command Create()
    {
        var command = new Command(Name, Description) { OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var connectionString = new CommandSettings(parsed).ConnectionString;
        await using var database = await DatabaseConnection.OpenEmptyAsync(connectionString, mayCreate: false, cancellationToken);
        var version = await DatabaseConnection.ReadVersionAsync(database, cancellationToken);
        var pending = version.Pending;

        // The tables of an older version are not all there.
        var tables = pending.Count == 0 ? await new TableSizes(database).ReadAsync(TimeProvider.System.GetUtcNow(), cancellationToken) : [];
        var last = version.Applied is [.., var newest] ? newest : null;
        Write(new CommandOutput(parsed), new DatabaseStatus(database.Name, last, pending, tables));
        return pending.Count == 0 ? ExitCode.Done : ExitCode.Behind;
    }

    private static void Write(CommandOutput output, DatabaseStatus status)
    {
        if (output.IsJson)
        {
            output.WriteJson(status);
            return;
        }

        output.WriteLine($"{status.Database}, at migration {status.Version ?? "none"}");
        foreach (var migration in status.Pending)
            output.WriteLine($"lacks {migration}");
        output.WriteLine(
            status.Pending.Count == 0 ? "It is at the version of this program." : "It is behind this program; run: hub db migrate");
        if (status.Tables.Count == 0)
            return;
        output.WriteLine("");
        var table = new OutputTable("!table", "!rows", "!expired since");
        foreach (var size in status.Tables)
            table.Add(size.Table, size.Rows.ToString("N0", CultureInfo.InvariantCulture), CommandOutput.Time(size.OldestExpired));
        output.WriteTable(table);
    }

    private sealed record DatabaseStatus(string Database, string? Version, IReadOnlyList<string> Pending, IReadOnlyList<TableSize> Tables);
}
