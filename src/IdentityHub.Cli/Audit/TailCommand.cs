using System.CommandLine;
using System.Data.Common;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Audit;

/// <summary><c>hub audit tail</c>: the end of the audit trail, and what comes after it.</summary>
internal static class TailCommand
{
    private const string Description =
        """
        Shows the last rows of the audit trail that meet all conditions, the newest one last. With --follow it goes on with each row that comes, until
        it is interrupted (Ctrl-C), and then exits with 0.

        Nodes write their rows in batches, so a row may come after one that happened later. A row that becomes visible more than five minutes after it
        happened is not shown, unless the database could not be reached meanwhile.

        Examples:
          hub audit tail --follow
          hub audit tail --follow --outcome refused --json
        """;

    private const int MostLines = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until interrupted." };
    private static readonly Option<int> Lines = new("--lines", "-n")
    {
        Description = "So many rows at the beginning.",
        DefaultValueFactory = _ => 10,
        HelpName = "rows",
    };

    public static Command Create()
    {
        var command = new Command("tail", Description);
        AuditOptions.AddLastingTo(command);
        foreach (var option in new Option[] { Lines, Follow, OutputOptions.Json, SettingsOptions.ConnectionString })
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var lines = parsed.GetValue(Lines);
        if (lines is < 0 or > MostLines)
            throw new CommandException($"--lines is {lines}: it must be 0 to {MostLines}.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var follower = new AuditFollower(database, await AuditOptions.ReadAsync(parsed, database, cancellationToken));
        var (output, text) = (new CommandOutput(parsed), new AuditText(database));
        await AuditOutput.WriteAsync(
            output, text, await follower.BeginAsync(lines, TimeProvider.System.GetUtcNow(), cancellationToken), cancellationToken);
        if (!parsed.GetValue(Follow))
            return ExitCode.Done;

        var errors = parsed.InvocationConfiguration.Error;
        using var tick = new PeriodicTimer(Pause, TimeProvider.System);
        try
        {
            while (true)
            {
                await tick.WaitForNextTickAsync(cancellationToken);
                await AuditOutput.WriteAsync(
                    output, text, await LookAsync(follower, database, errors, cancellationToken), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    // A database that is away for a while ends nothing: the next look begins where the last good one did.
    private static async Task<IReadOnlyList<AuditEvent>> LookAsync(
        AuditFollower follower, HubDatabase database, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            return await follower.LookAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        }
        catch (Exception failure)
            when (failure is not OperationCanceledException
                && (database.IsUnavailable(failure) || failure is DbException { IsTransient: true }))
        {
            await errors.WriteLineAsync($"The database cannot be used at the moment; it is tried again: {failure.Message}");
            return [];
        }
    }
}
