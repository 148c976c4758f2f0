using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users disable</c> and <c>hub users enable</c>.</summary>
internal static class DisableUserCommands
{
    private const string DisableDescription =
        """
        Disables a user: nothing is issued to them, and nothing that was issued is accepted. Ends all of their sessions and refresh tokens; clients with a
        backchannel_logout_uri are told by a running server, which needs the key file.

        Example:
          hub users disable alice
        """;

    private const string EnableDescription =
        """
        Enables a user who was disabled. They log in again: what was ended stays so.

        Example:
          hub users enable alice
        """;

    private static readonly Argument<string> User = NamedUser.NewArgument();

    public static Command CreateDisable()
    {
        var command = new Command("disable", DisableDescription) { User, SettingsOptions.ConnectionString, SettingsOptions.KeyFile };
        command.SetAction(DisableAsync);
        return command;
    }

    public static Command CreateEnable()
    {
        var command = new Command("enable", EnableDescription) { User, SettingsOptions.ConnectionString };
        command.SetAction(EnableAsync);
        return command;
    }

    private static async Task<int> DisableAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        using var notices = await LogoutNotices.CreateAsync(database, settings, parsed.InvocationConfiguration.Error, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        await database.RunAsync(
            user,
            async transaction =>
            {
                var ended = await UserDisabling.DisableAsync(transaction, user, now, cancellationToken);
                await notices.WriteAsync(transaction, ended, cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, "user.disabled", user, null, $"{ended.Count} sessions ended by hub users disable", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
        await WarnAsync(parsed, database, user, "false", cancellationToken);
        return ExitCode.Done;
    }

    private static async Task<int> EnableAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        await database.RunAsync(
            user,
            async transaction =>
            {
                if (!await UserDisabling.TryEnableAsync(transaction, user, cancellationToken))
                    throw new CommandException("The account of the user is erased. Nothing has changed.");
                await AuditedChange.WriteAsync(transaction, "user.enabled", user, null, "enabled by hub users enable", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
        await WarnAsync(parsed, database, user, "true", cancellationToken);
        return ExitCode.Done;
    }

    // hub config apply writes a user anew where their definition in the files has changed.
    private static async Task WarnAsync(
        ParseResult parsed, HubDatabase database, Guid user, string enabled, CancellationToken cancellationToken)
    {
        if (await AdministeredUser.FindPlaceAsync(database.Call, user, cancellationToken) is { } place)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"The user stands in the configuration files ({place.File}:{place.Line}). Set 'enabled: {enabled}' there too: "
                + "where this user changes there, hub config apply writes what the file says.");
        }
    }
}
