using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users hash-login</c>: whether a user may log in with a hash in place of the password.</summary>
internal static class HashLoginCommand
{
    private const string Description =
        """
        Says whether a user may log in with a hash in place of the password, at the endpoint 'lsid'. At that endpoint the hash
        is as good as the password; the password itself works either way.

        Example:
          hub users hash-login alice off
        """;

    private const string SwitchSql = "UPDATE users SET hash_login_disabled = $1 WHERE id = $2 AND hash_login_disabled <> $1";

    private static readonly Argument<string> UserName = new("USER_NAME") { Description = "As the user was created." };
    private static readonly Argument<string> State = new("on|off");

    public static Command Create()
    {
        State.AcceptOnlyFromAmong("on", "off");
        var command = new Command("hash-login", Description) { UserName, State, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var name = NameNormalizer.Normalize(parsed.GetRequiredValue(UserName));
        var disabled = parsed.GetRequiredValue(State) == "off";
        var user = await context.Users.Where(user => user.NormalizedUserName == name)
            .Select(user => (Guid?)user.Id).SingleOrDefaultAsync(cancellationToken)
            ?? throw new CommandException("There is no user with this name.");
        await database.RunAsync(
            user,
            async transaction =>
            {
                if (await transaction.Call(SwitchSql).With(disabled).With(user).ExecuteAsync(cancellationToken) == 0)
                    return false;
                await AuditedChange.WriteAsync(
                    transaction, disabled ? "hash_login.disabled" : "hash_login.enabled", user, null,
                    $"login with a hash switched {(disabled ? "off" : "on")} by hub users hash-login", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
        return ExitCode.Done;
    }
}
