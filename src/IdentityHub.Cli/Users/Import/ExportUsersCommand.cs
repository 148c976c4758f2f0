using System.CommandLine;
using System.Text.Json;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Users.Import;

/// <summary><c>hub users export</c>: writes users as <c>hub users import</c> reads them.</summary>
internal static class ExportUsersCommand
{
    private const string Description =
        """
        Writes all users as JSON lines that 'hub users import' takes again: to standard output, or with --out to a file that only its owner may read.
        They keep their ids, names, addresses, organization and roles; password hashes are written only with --with-password-hashes.

        Left out: users of tenants, who come back with their next token; passkeys, second factors and recovery codes; postal addresses; blocks and dates
        before which a user is not admitted; roles in other organizations than their own, which standard error counts.

        Examples:
          hub users export --out people.jsonl --with-password-hashes
          hub users export --organization acme | wc -l
        """;

    private static readonly Option<string?> Organization = new("--organization")
    {
        Description = "Only users whose home organization has this id.",
        HelpName = "id",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Write to this file; it is made anew, and only its owner may read it.",
        HelpName = "file",
    };

    private static readonly Option<bool> Hashes = new("--with-password-hashes")
    {
        Description = "Write the password hashes too. Keep the file secret: weak passwords can be guessed from it.",
    };

    public static Command Create()
    {
        var command = new Command("export", Description) { Organization, Out, Hashes, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var schema = await new AppliedAttributes(database).ReadAsync(cancellationToken);
        var exported = new ExportedUsers(database, schema, parsed.GetValue(Organization), parsed.GetValue(Hashes));
        if (parsed.GetValue(Out) is { Length: > 0 } path)
            await PrivateFile.WriteAsync(path, writer => WriteAsync(exported, writer, cancellationToken));
        else
            await WriteAsync(exported, parsed.InvocationConfiguration.Output, cancellationToken);

        if (exported.LeftOutRoles > 0)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"Left out, because a file cannot say them: {exported.LeftOutRoles} roles in other organizations than the user's own.");
        return ExitCode.Done;
    }

    private static async Task WriteAsync(ExportedUsers users, TextWriter writer, CancellationToken cancellationToken)
    {
        await ProgressLine.ShowAsync(
            await users.CountAsync(cancellationToken),
            async progressed =>
            {
                var count = 0;
                await foreach (var batch in users.ReadAsync(cancellationToken))
                {
                    foreach (var user in batch)
                        await writer.WriteLineAsync(JsonSerializer.Serialize(user, OutputJson.Line));
                    count += batch.Count;
                    progressed($"{count} users", count);
                }

                return count;
            });
        await writer.FlushAsync(cancellationToken);
    }
}
