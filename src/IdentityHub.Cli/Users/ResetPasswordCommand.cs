using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users reset-password</c>.</summary>
internal static class ResetPasswordCommand
{
    private const string Description =
        """
        Sends a user a mail with a link that sets a new password, once and within an hour. A running server sends it: to the user's own e-mail address,
        with the first page of dialects.lsid.reset_page_urls. Nothing changes before the link is used; then all sessions and refresh tokens of the user
        end. Needs the key file.

        With --set no mail is sent: the password is asked for twice on a terminal and not shown; otherwise it is the first line of standard input. It is
        never an argument. All sessions and refresh tokens of the user end, and clients with a backchannel_logout_uri are told.

        Examples:
          hub users reset-password alice@example.com
          hub users reset-password alice --set
        """;

    private static readonly Argument<string> User = NamedUser.NewArgument();
    private static readonly Option<bool> Set = new("--set") { Description = "Set a password in place of sending a mail." };

    public static Command Create()
    {
        var command = new Command("reset-password", Description) { User, Set, SettingsOptions.ConnectionString, SettingsOptions.KeyFile };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var id = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var user = await context.Users.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        if (parsed.GetValue(Set))
        {
            var password = PasswordInput.Read(fromStandardInput: false);
            await PasswordCommand.SetAsync(parsed, settings, database, user, password, cancellationToken);
            return ExitCode.Done;
        }

        await RequestMailAsync(settings, database, user, cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync("A running server sends the mail. Its link is good for an hour.");
        return ExitCode.Done;
    }

    private static async Task RequestMailAsync(
        CommandSettings settings, HubDatabase database, User user, CancellationToken cancellationToken)
    {
        const string instead = "Set a password in its place: --set";
        if (user.Email is not { } email)
            throw new CommandException($"The user has no e-mail address, so that no mail can be sent. {instead}");
        if (user.DisabledAt is not null)
            throw new CommandException("The user is disabled, so that no mail is sent. Enable them first: hub users enable USER");
        using var key = settings.FindKey() ?? throw new CommandException(
            "The mail is kept for the server wrapped with the key-protection key; name its file: --key-file FILE");
        var applied = await new ConfigObjectReader(database, key).ReadAsync(cancellationToken);
        if (applied.Document.Dialects.Lsid?.ResetPageUrls is not [var page, ..])
            throw new CommandException(
                $"The configuration names no page on which a password is reset (dialects.lsid.reset_page_urls). {instead}");

        var now = TimeProvider.System.GetUtcNow();
        await database.RunAsync(
            async transaction =>
            {
                await OutboxContent.AddAsync(
                    transaction, key, Guid.CreateVersion7(now), PasswordResetRequest.Channel,
                    new PasswordResetRequest(user.Id, email, Phone: null, Mobile: null, page), now, cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, "password.reset_requested", user.Id, null, "requested by hub users reset-password", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
    }
}
