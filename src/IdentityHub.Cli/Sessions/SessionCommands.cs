using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Cli.Users;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Cli.Sessions;

/// <summary><c>hub sessions</c>: the live logins of a user.</summary>
internal static class SessionCommands
{
    private const string ListDescription =
        """
        Lists the live logins of a user, and those in which another user acts as them; the one seen last first: id, when
        it was seen last, where it began.

        Example:
          hub sessions list alice@example.com
        """;

    private const string EndDescription =
        """
        Ends one session, or all sessions and refresh tokens of a user. Clients with a backchannel_logout_uri are told by a running server: that needs the
        key file.

        Examples:
          hub sessions end 019ab3c1-7d5e-7c8f-9a51-3f3a9f1f0c11
          hub sessions end --user alice
        """;

    private const string EndedType = "session.ended";
    private const int Most = 1000;
    private const string Gap = "  ";
    private const string Indent = "    ";

    private static readonly Argument<string> User = NamedUser.NewArgument();

    private static readonly Argument<Guid?> Session = new("SESSION_ID")
    {
        Description = "Id of a session, the 'sid' of tokens.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> AllOf = new("--user")
    {
        Description = $"All of this user. {NamedUser.Forms}",
        HelpName = "user",
    };

    public static Command Create()
    {
        var list = new Command("list", ListDescription) { User, OutputOptions.Json, SettingsOptions.ConnectionString };
        list.SetAction(ListAsync);
        var end = new Command("end", EndDescription) { Session, AllOf, SettingsOptions.ConnectionString, SettingsOptions.KeyFile };
        end.SetAction(EndAsync);
        return new Command("sessions", "Logins.") { list, end };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        var sessions = await new SessionStore(database).ListOfUserAsync(user, TimeProvider.System.GetUtcNow(), Most, cancellationToken);
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            output.WriteJson(sessions);
            return ExitCode.Done;
        }

        var width = CommandOutput.FindWidth();
        foreach (var line in sessions.SelectMany(session => FlowText.Of(PartsOf(session), width, Gap, "", Indent)))
            output.WriteLine(line);
        return ExitCode.Done;
    }

    private static IEnumerable<string> PartsOf(ListedSession session)
    {
        yield return session.Id.ToString();
        yield return CommandOutput.Time(session.LastSeenAt);
        yield return session.Endpoint;
        if (session.ClientId is { } client)
            yield return $"client={PlainText.Of(client)}";
        if (session.IpAddress is { } address)
            yield return $"from={address}";
        if (session.AssumedBy is { } actor)
            yield return $"acted in by {PlainText.Of(actor)}";
    }

    private static async Task<int> EndAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (id, named) = (parsed.GetValue(Session), parsed.GetValue(AllOf));
        if ((id is null) == string.IsNullOrEmpty(named))
            throw new CommandException("Name either a session or --user.");

        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        using var notices = await LogoutNotices.CreateAsync(database, settings, parsed.InvocationConfiguration.Error, cancellationToken);
        var (store, now) = (new SessionStore(database), TimeProvider.System.GetUtcNow());
        if (id is { } session)
        {
            _ = await store.EndAsync(
                session, SessionEndReasons.EndedByAdministrator, now,
                async (transaction, ended, token) =>
                {
                    await notices.WriteAsync(transaction, ended, token);
                    await AuditedChange.WriteAsync(
                        transaction, EndedType, ended[0].UserId, session, "ended by hub sessions end", token);
                },
                cancellationToken) ?? throw new CommandException("There is no live session with this id.");
            return ExitCode.Done;
        }

        var user = await NamedUser.FindAsync(database, named!, mayBeGone: false, cancellationToken);
        await store.EndAllOfUserAsync(
            user, except: null, SessionEndReasons.EndedByAdministrator, now,
            async (transaction, ended, token) =>
            {
                await notices.WriteAsync(transaction, ended, token);
                await AuditedChange.WriteAsync(
                    transaction, EndedType, user, null, $"{ended.Count} sessions, and all refresh tokens, ended by hub sessions end",
                    token);
            },
            cancellationToken);
        return ExitCode.Done;
    }
}
