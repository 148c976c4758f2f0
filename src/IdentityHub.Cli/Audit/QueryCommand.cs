using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Audit;

/// <summary><c>hub audit query</c>: the newest rows of the audit trail that meet conditions.</summary>
internal static class QueryCommand
{
    private const string Description =
        """
        Shows the newest rows of the audit trail that meet all conditions, the newest one first. Nothing is printed where there are none.

        Times are UTC. With --json each row is one JSON object on a line of its own (NDJSON).

        Examples:
          hub audit query --outcome refused --from 1h
          hub audit query --user alice@example.com --limit 200
          hub audit query --client web --reason client_secret_wrong --json
        """;

    private const int MostRows = 1_000_000;

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "No more rows than these.",
        DefaultValueFactory = _ => 50,
        HelpName = "rows",
    };

    public static Command Create()
    {
        var command = new Command("query", Description);
        AuditOptions.AddTo(command);
        foreach (var option in new Option[] { Limit, OutputOptions.Json, SettingsOptions.ConnectionString })
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit);
        if (limit is < 1 or > MostRows)
            throw new CommandException($"--limit is {limit}: it must be 1 to {MostRows}.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var filter = await AuditOptions.ReadAsync(parsed, database, cancellationToken);
        var rows = await new AuditReader(database).ListNewestAsync(filter, limit, TimeProvider.System.GetUtcNow(), cancellationToken);
        await AuditOutput.WriteAsync(new CommandOutput(parsed), new AuditText(database), rows, cancellationToken);
        return ExitCode.Done;
    }
}
