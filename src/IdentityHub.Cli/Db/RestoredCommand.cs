using System.CommandLine;
using System.Globalization;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;

namespace IdentityHub.Cli.Db;

/// <summary><c>hub db restored</c>: ends what a restored database still holds and what may have been revoked since its backup.</summary>
internal static class RestoredCommand
{
    private const string Description =
        """
        Run it after the database was restored from a backup, or to a point in time, and before any node starts. The database does not know what
        was revoked, used or withdrawn since then. So this ends every session, refresh token, access token by reference, code, link, consent,
        recovery code and remembered browser in it, every API key that 'hub api-keys' has made, and every signing key: tokens that are JWTs are not
        accepted any more, and the nodes make new keys when they start. Messages that wait are removed. Users keep their passwords, passkeys and
        authenticator apps, and sign in again. Clients are not told of the ends.

        Passwords, blocks and erasures are those of the backup. --changes names a file with the audit rows since then, as 'hub audit query --json'
        writes them, from the lost database or from deploy/backup/backup.sh. Of the rows that this database does not have: users who were
        erased are erased again; those who were blocked, disabled, or whose second factor, passkey or address was changed or removed are disabled;
        those whose password was changed have none until they set one with a reset mail. Each is told on standard output. Where the file begins
        before the moment of the restore, and has every row that this database has since then, only those API keys end that the file says were
        revoked or rotated.

        Refused while other programs of the hub are connected (PostgreSQL). All of the ends are one transaction. It may be run
        again until the nodes are started.

        Examples:
          hub db restored --changes audit.ndjson
          hub db restored --keep-api-keys --yes
        """;

    private static readonly Option<string?> Changes = new("--changes")
    {
        Description = "File with audit rows since the backup, one JSON object a line.",
        HelpName = "file",
    };

    private static readonly Option<bool> KeepApiKeys = new("--keep-api-keys")
    {
        Description = "API keys that the hub has made stay good, but for those that --changes says were revoked: no other was.",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Create()
    {
        var command = new Command("restored", Description)
        {
            Changes, KeepApiKeys, Yes, OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Read whole before anything is changed: a file with a fault changes nothing.
        var changes = parsed.GetValue(Changes) is { } file ? await LostChanges.ReadAsync(file, cancellationToken) : null;
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        if (!parsed.GetValue(Yes))
            SecretInput.Confirm("End everything that this database holds, so that all users sign in again");
        var repeated = changes is null ? [] : await changes.FindAsync(database, cancellationToken);
        var keys = await FindApiKeysAsync(database, changes, parsed.GetValue(KeepApiKeys), cancellationToken);
        var ended = await EndAsync(database, keys, cancellationToken);
        var users = await LostChanges.RepeatAsync(database, repeated, cancellationToken);
        Write(new CommandOutput(parsed), ended, users, changes is not null);
        if (changes is not null && keys is null)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                "The file with changes does not cover the time since the backup: it has none, or not all, of the newest rows of this "
                    + "database. So all API keys that the hub has made were ended.");
        return ExitCode.Done;
    }

    // Null: all.
    private static async Task<IReadOnlyCollection<string>?> FindApiKeysAsync(
        HubDatabase database, LostChanges? changes, bool keeps, CancellationToken cancellationToken)
    {
        if (changes is null)
            return keeps ? [] : null;
        return keeps || await changes.CoverAsync(database, cancellationToken)
            ? await changes.FindApiKeysAsync(database, cancellationToken)
            : null;
    }

    private static Task<IReadOnlyList<EndedRows>> EndAsync(
        HubDatabase database, IReadOnlyCollection<string>? apiKeys, CancellationToken cancellationToken) =>
        database.RunAsync(
            async transaction =>
            {
                if (await RestoredDatabase.CountOthersAsync(transaction, cancellationToken) is > 0 and var others)
                    throw new CommandException(
                        $"{others} other connection(s) of the hub are open in this database. Stop every node and run this again. "
                            + "Nothing was changed.");
                var ended = await RestoredDatabase.EndAllAsync(
                    transaction, apiKeys, TimeProvider.System.GetUtcNow(), cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, "database.restored", null, null, $"{Count(ended, "sessions")} sessions, "
                        + $"{Count(ended, "refresh_token_families")} families of refresh tokens, {Count(ended, "access_tokens")} access "
                        + $"tokens and {Count(ended, "signing_keys")} signing keys ended by hub db restored",
                    cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ended;
            },
            cancellationToken);

    private static int Count(IReadOnlyList<EndedRows> ended, string table) =>
        ended.FirstOrDefault(rows => rows.Table == table)?.Rows ?? 0;

    private static void Write(
        CommandOutput output, IReadOnlyList<EndedRows> ended, IReadOnlyList<RepeatedChange> users, bool knowsChanges)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { Ended = ended, Users = users });
            return;
        }

        var table = new OutputTable("!table", "!ended");
        foreach (var rows in ended)
            table.Add(rows.Table, rows.Rows.ToString("N0", CultureInfo.InvariantCulture));
        output.WriteTable(table);
        foreach (var user in users)
            output.WriteLine($"{user.UserId}: {user.Done}");
        output.WriteLine(
            knowsChanges
                ? "Now: hub config apply, hub doctor, then start the nodes."
                : "Passwords, blocks and erasures are those of the backup: no file with changes was named. Now: hub config apply, "
                    + "hub doctor, then start the nodes.");
    }
}
