using System.CommandLine;
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
        var changed = await context.Users.Where(user => user.NormalizedUserName == name)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.HashLoginDisabled, disabled), cancellationToken);
        return changed == 1 ? ExitCode.Done : throw new CommandException("There is no user with this name.");
    }
}
