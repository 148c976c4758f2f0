using System.CommandLine;
using System.Text.Json;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Audit;

/// <summary><c>hub audit changes</c>: the audit rows that <c>hub db restored --changes</c> reads, signed.</summary>
internal static class ChangesCommand
{
    private const string Description =
        """
        Writes the audit rows that 'hub db restored --changes' reads, the oldest one first, one JSON object a line (NDJSON), and a last line that
        signs them with a key derived from the key file. There is no limit on their number.

        Keep the output apart from the database: it tells a restored database what was changed since its backup. Outputs may be joined. Let the
        spans overlap: rows of the last five minutes may be missing, because nodes write them later.

        Examples:
          hub audit changes --from 25h > changes.ndjson
        """;

    private static readonly Option<DateTimeOffset?> From = PointInTime.Option("--from", "The first time that is wanted");

    public static Command Create()
    {
        From.Required = true;
        var command = new Command("changes", Description)
        {
            From, SettingsOptions.ConnectionString, SettingsOptions.Stage, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        using var key = settings.OpenKey();
        using var signature = new ChangesSignature(key);
        var from = parsed.GetValue(From)!.Value;
        var until = (await database.ReadClockAsync(cancellationToken) ?? TimeProvider.System.GetUtcNow()) - AuditFollower.LongLook;
        var output = parsed.InvocationConfiguration.Output;
        await foreach (var row in new AuditReader(database).ReadAsync(LostTypes.Read, from, cancellationToken))
        {
            var line = JsonSerializer.Serialize(AuditRow.Of(row), OutputJson.Line);
            signature.Add(line);
            await output.WriteLineAsync(line);
        }

        new CommandOutput(parsed).WriteJsonLine(signature.End(from, until));
        return ExitCode.Done;
    }
}
