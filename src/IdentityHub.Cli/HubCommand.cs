using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using IdentityHub.Cli.ApiKeys;
using IdentityHub.Cli.Audit;
using IdentityHub.Cli.Claims;
using IdentityHub.Cli.Clients;
using IdentityHub.Cli.Completion;
using IdentityHub.Cli.Config;
using IdentityHub.Cli.Db;
using IdentityHub.Cli.Dialects;
using IdentityHub.Cli.Doctor;
using IdentityHub.Cli.Explain;
using IdentityHub.Cli.Import;
using IdentityHub.Cli.Keys;
using IdentityHub.Cli.Limits;
using IdentityHub.Cli.Organizations;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Sessions;
using IdentityHub.Cli.Tokens;
using IdentityHub.Cli.Users;
using IdentityHub.Cli.Users.Import;
using IdentityHub.Storage.Postgres;

namespace IdentityHub.Cli;

/// <summary>The command line <c>hub</c>: its commands, and the one place where failures become a sentence and an exit code.</summary>
internal static class HubCommand
{
    private const string Description =
        """
        Administers an IdentityHub installation: its database, its configuration files, its users.

        The settings are those of the server, from the same environment variables; options win over them.
        A first start in production:

          export ConnectionStrings__IdentityHub='Host=db1;Database=hub;Username=hub;Password=…'
          export IdentityHub__KeyProtection__KeyFile=/etc/identityhub/hub.key
          hub db migrate
          hub config validate && hub config plan
          hub config apply
          hub users create alice --email alice@example.com --role admin

        Exit codes: 0 done; 1 refused or failed, standard error says why; 2 the command line is wrong. Those of 'hub config plan',
        'hub config diff', 'hub db status' and 'hub doctor' are their own.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        // A user name may begin with '@', which would name a response file otherwise.
        var command = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            var exitCode = await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return command.Action is ParseErrorAction ? UsageCodeOf(command) : exitCode;
        }
        catch (OperationCanceledException)
        {
            return await FailAsync("Cancelled.");
        }
        catch (Exception failure) when (SentenceOf(failure) is { } sentence)
        {
            return await FailAsync(sentence);
        }
    }

    // Where 2 says that there are changes or warnings, a script must not take a wrong command line for them.
    private static int UsageCodeOf(ParseResult command) =>
        command.CommandResult.Command.Name is PlanCommand.Name or DiffCommand.Name or DoctorCommand.Name or StatusCommand.Name
            ? ExitCode.Failed
            : ExitCode.Usage;

    /// <summary>All commands.</summary>
    internal static RootCommand Create() => new(Description)
    {
        new Command("db", "The database.")
        {
            MigrateCommand.Create(), RestoredCommand.Create(), IssuerCommand.Create(), SeedCommand.Create(), StatusCommand.Create(),
        },
        new Command("config", "The configuration files.")
        {
            ValidateCommand.Create(), PlanCommand.Create(), ApplyCommand.Create(), DiffCommand.Create(), ExportCommand.Create(),
            SchemaCommand.Create(),
        },
        new Command("users", "People and services that log in.")
        {
            CreateUserCommand.Create(), ListUsersCommand.Create(), ShowUserCommand.Create(), DisableUserCommands.CreateDisable(),
            DisableUserCommands.CreateEnable(), PasswordCommand.Create(), ResetPasswordCommand.Create(), HashLoginCommand.Create(),
            UserAttributesCommand.Create(), UserFactorCommands.CreateFactors(), UserFactorCommands.CreateReset(),
            ImportUsersCommand.Create(), ExportUsersCommand.Create(),
        },
        ClientCommands.Create(),
        ClaimCommands.Create(),
        ApiKeyCommands.Create(),
        LimitCommands.Create(),
        AuditCommands.Create(),
        ExplainCommand.Create(),
        DoctorCommand.Create(),
        SessionCommands.Create(),
        TokenCommands.Create(),
        KeyCommands.Create(),
        DialectsCommand.Create(),
        OrganizationCommands.Create(),
        CompletionCommand.Create(),
        ImportCommands.Create(),
    };

    // Infrastructure that is broken has a sentence; what has none is a fault of this program and keeps its stack trace.
    private static string? SentenceOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case CommandException or InvalidDataException or IOException or UnauthorizedAccessException:
                    return cause.Message;
                case DbException when PostgresAdvice.For(cause, role: null) is { } advice:
                    return advice;
                case DbException:
                    return $"The database cannot be used: {cause.Message}";
            }
        }

        return null;
    }

    private static async Task<int> FailAsync(string sentence)
    {
        // A message may quote a file or a database.
        foreach (var line in sentence.ReplaceLineEndings("\n").Split('\n'))
            await Console.Error.WriteLineAsync(PlainText.Of(line));
        return ExitCode.Failed;
    }
}
