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

        Passwords, blocks and erasures are those of the backup. --changes names a file with the audit rows since then, as 'hub audit changes' writes
        them (deploy/backup/backup.sh audit), and refuses one whose signature is wrong. Of the rows that this database does not have: users who
        were erased are erased again; those who were blocked, disabled, or whose second factor, passkey or address was changed or removed are
        disabled; those whose password was changed, or who added a second factor, have no password until they set one with a reset mail. A user
        who was unblocked later stays blocked. Each is listed before the question and on standard output; --dry-run only lists them. Refused
        where no administrator would be left. Where the file covers the time since the backup, only those API keys end that the file says were
        revoked or rotated.

        Refused while anything else is connected to the database (PostgreSQL). All of the ends are one transaction. It may be run
        again until the nodes are started.

        Examples:
          hub db restored --changes changes.ndjson --dry-run
          hub db restored --changes changes.ndjson
          hub db restored --keep-api-keys --yes
        """;

    private const int MostTries = 25;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private static readonly Option<string?> Changes = new("--changes")
    {
        Description = "File with the audit rows since the backup, of 'hub audit changes'.",
        HelpName = "file",
    };

    private static readonly Option<bool> KeepApiKeys = new("--keep-api-keys")
    {
        Description = "API keys that the hub has made stay good, but for those that --changes says were revoked: no other was.",
    };

    private static readonly Option<bool> UnsignedChanges = new("--unsigned-changes")
    {
        Description = "Take the file of --changes without a right signature: somebody has read it.",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Show what would be done with which users because of --changes, and change nothing.",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Create()
    {
        var command = new Command("restored", Description)
        {
            Changes, UnsignedChanges, KeepApiKeys, DryRun, Yes,
            OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        // Read whole before anything is changed: a file with a fault changes nothing.
        var changes = await ReadChangesAsync(parsed, settings, cancellationToken);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var users = changes is null ? [] : await changes.FindAsync(database, cancellationToken);
        var output = new CommandOutput(parsed);
        if (parsed.GetValue(DryRun))
        {
            WritePlan(output, users);
            return ExitCode.Done;
        }

        if (await LostChanges.LeaveNoAdministratorAsync(database, users, cancellationToken))
            throw new CommandException(
                "After these changes no administrator would be enabled. Nothing was changed. See who they are with --dry-run. If the "
                    + "changes were made so, run this without --changes, make another administrator, and disable the users by hand.");
        if (!parsed.GetValue(Yes))
        {
            foreach (var user in users)
                await parsed.InvocationConfiguration.Error.WriteLineAsync(LineOf(user));
            SecretInput.Confirm("End everything that this database holds, so that all users sign in again");
        }

        var keys = await FindApiKeysAsync(database, changes, parsed.GetValue(KeepApiKeys), cancellationToken);
        await WaitUntilAloneAsync(database, cancellationToken);
        var ended = await EndAsync(database, keys, cancellationToken);
        await LostChanges.RepeatAsync(database, users, cancellationToken);
        Write(output, ended, users, changes is not null);
        if (changes is not null && keys is null)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                "The file with changes does not cover the time since the backup: it has none, or not all, of the newest rows of this "
                    + "database. So all API keys that the hub has made were ended.");
        return ExitCode.Done;
    }

    private static async Task<LostChanges?> ReadChangesAsync(
        ParseResult parsed, CommandSettings settings, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Changes) is not { } file)
            return null;
        if (parsed.GetValue(UnsignedChanges))
            return await LostChanges.ReadAsync(file, key: null, cancellationToken);
        using var key = settings.FindKey()
            ?? throw new CommandException(
                "The signature of the changes is checked with the key file: name it (--key-file), or give --unsigned-changes if you "
                    + "have read the file yourself. Nothing was changed.");
        return await LostChanges.ReadAsync(file, key, cancellationToken);
    }

    // PostgreSQL lists a connection for a moment after it was closed, such as that of hub db migrate.
    private static async Task WaitUntilAloneAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        for (var tries = 1; ; tries++)
        {
            var others = await RestoredDatabase.CountOthersAsync(database, database.Call, cancellationToken);
            if (others == 0)
                return;
            if (tries == MostTries)
                throw NotAlone(others);
            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    private static CommandException NotAlone(long others) => new(
        $"{others} other connection(s) to this database are open. Stop every node, end other programs, and run this again. Nothing was "
            + "changed.");

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

    private static async Task<IReadOnlyList<EndedRows>> EndAsync(
        HubDatabase database, IReadOnlyCollection<string>? apiKeys, CancellationToken cancellationToken)
    {
        // Nodes compare what they are shown with this moment: the clock of the machine of this command may be another.
        var now = await database.ReadClockAsync(cancellationToken) ?? TimeProvider.System.GetUtcNow();
        return await database.RunAsync(
            async transaction =>
            {
                if (await RestoredDatabase.CountOthersAsync(database, transaction.Call, cancellationToken) is > 0 and var others)
                    throw NotAlone(others);
                var ended = await RestoredDatabase.EndAllAsync(transaction, apiKeys, now, cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, "database.restored", null, null, $"{Count(ended, "sessions")} sessions, "
                        + $"{Count(ended, "refresh_token_families")} families of refresh tokens, {Count(ended, "access_tokens")} access "
                        + $"tokens and {Count(ended, "signing_keys")} signing keys ended by hub db restored",
                    cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ended;
            },
            cancellationToken);
    }

    private static int Count(IReadOnlyList<EndedRows> ended, string table) =>
        ended.FirstOrDefault(rows => rows.Table == table)?.Rows ?? 0;

    private static void WritePlan(CommandOutput output, IReadOnlyList<RepeatedChange> users)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { Users = users });
            return;
        }

        foreach (var user in users)
            output.WriteLine(LineOf(user));
        output.WriteLine($"Nothing was changed. {users.Count} users were changed since the backup.");
    }

    private static string LineOf(RepeatedChange user) =>
        $"{user.UserId} {PlainText.Of(user.UserName)}: {(user.Done.Length > 0 ? user.Done : "nothing done")}"
            + (user.Note is null ? "" : $"; {PlainText.Of(user.Note)}");

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
            output.WriteLine(LineOf(user));
        output.WriteLine(
            knowsChanges
                ? "Now: hub config apply, hub doctor, then start the nodes."
                : "Passwords, blocks and erasures are those of the backup: no file with changes was named. Now: hub config apply, "
                    + "hub doctor, then start the nodes.");
    }
}
