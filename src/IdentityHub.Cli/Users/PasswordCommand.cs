using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Settings;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users password</c>: sets the password of a user.</summary>
internal static class PasswordCommand
{
    private const string Description =
        """
        Sets the password of a user, and ends all of their sessions and refresh tokens. Clients with a backchannel_logout_uri are told.

        The password is asked for twice on a terminal and not shown; otherwise it is the first line of standard input. It is never an argument.

        Example:
          hub users password alice
        """;

    private static readonly Argument<string> UserName = new("USER_NAME") { Description = "As the user was created." };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin")
    {
        Description = "Read the password from standard input, one line.",
    };

    public static Command Create()
    {
        var command = new Command("password", Description)
        {
            UserName,
            PasswordStdin,
            SettingsOptions.ConnectionString,
            SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var name = NameNormalizer.Normalize(parsed.GetRequiredValue(UserName));
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedUserName == name, cancellationToken)
            ?? throw new CommandException("There is no user with this name.");

        await SetAsync(parsed, settings, database, user, PasswordInput.Read(parsed.GetValue(PasswordStdin)), cancellationToken);
        return ExitCode.Done;
    }

    /// <summary>Sets a password, ends what must not outlive the old one, and writes the audit row: all or nothing.</summary>
    /// <exception cref="CommandException">The password is not taken, or was changed by somebody else at this moment.</exception>
    public static async Task SetAsync(
        ParseResult parsed, CommandSettings settings, HubDatabase database, User user, string password, CancellationToken cancellationToken)
    {
        if (UserPolicy.FaultOf(password) is { } fault)
            throw new CommandException($"The password is not taken: it {fault}.");
        var hash = new UserPasswordHasher(UserPasswordHasher.MinIterations).HashPassword(user, password);
        using var notices = await LogoutNotices.CreateAsync(database, settings, parsed.InvocationConfiguration.Error, cancellationToken);
        _ = await new CredentialStore(database).TrySetPasswordAsync(
            user.Id, user.SecurityStamp ?? "", hash, kept: null, by: null, SessionEndReasons.PasswordChanged,
            TimeProvider.System.GetUtcNow(),
            async (transaction, ended, token) =>
            {
                await notices.WriteAsync(transaction, ended, token);
                await AuditedChange.WriteAsync(
                    transaction, "password.forced", user.Id, null,
                    $"the password was set, and {ended.Count} sessions ended, by hub users {parsed.CommandResult.Command.Name}", token);
            },
            cancellationToken) ?? throw new CommandException(
                "The password was changed by somebody else at this moment; nothing was done. Run the command again.");
    }
}
