using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Db;

/// <summary><c>hub db seed</c>: users, organizations and sessions for trying out.</summary>
internal static class SeedCommand
{
    private const string Description =
        """
        Makes users, organizations and sessions for trying out: demo-000001, demo-000002, …, with addresses at example.com. Only on the stage
        development, and never in a database that another stage has used.

        The same seed makes the same users with the same ids. What is there already is left as it is: the same call twice makes nothing, and one
        for more users adds the rest. Without --password-stdin the users have no password; with it all of them have the one that is the
        first line of standard input.

        Examples:
          hub db seed --stage development --users 1000
          hub db seed --stage development --users 20 --organizations 3 --password-stdin < demo.password
        """;

    private const string SeededType = "database.seeded";
    private const int MostUsers = 999_999;
    private const int MostOrganizations = 99;
    private const int BatchSize = 1000;

    private static readonly Option<int> Users = NumberOption("--users", 100, "How many users there are to be.");
    private static readonly Option<int> Organizations = NumberOption("--organizations", 10, "In how many organizations.");
    private static readonly Option<int> Seed = NumberOption("--seed", 1, "Another number makes other users.");

    private static readonly Option<bool> PasswordStdin = new("--password-stdin")
    {
        Description = "Read the password of all users from standard input, one line.",
    };

    public static Command Create()
    {
        var command = new Command("seed", Description)
        {
            Users,
            Organizations,
            Seed,
            PasswordStdin,
            OutputOptions.Json,
            SettingsOptions.Stage,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (users, organizations) = (parsed.GetValue(Users), parsed.GetValue(Organizations));
        if (users is < 0 or > MostUsers)
            throw new CommandException($"--users is {users}: it must be 0 to {MostUsers}.");
        if (organizations is < 0 or > MostOrganizations)
            throw new CommandException($"--organizations is {organizations}: it must be 0 to {MostOrganizations}.");
        var (settings, output) = (new CommandSettings(parsed), new CommandOutput(parsed));
        if (settings.Stage != ConfigContext.Development)
            throw new CommandException(
                $"The stage is {settings.Stage}: users for trying out are made in Development only (--stage development). "
                    + "Nothing was changed.");
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        if (await new InstallationMarks(database.Call).RefuseStageAsync(settings.Stage, hasMarks: true, cancellationToken) is { } foreign)
            throw new CommandException(foreign);

        // No other stage may use the database from here on: it holds users with a password that many know.
        await new InstallationMarks(database.Call).WriteStageAsync(settings.Stage, TimeProvider.System.GetUtcNow(), cancellationToken);
        var demo = new DemoUsers(parsed.GetValue(Seed), organizations, HashOf(parsed), TimeProvider.System.GetUtcNow());
        var made = await AddOrganizationsAsync(database, demo, cancellationToken);
        var (newUsers, newSessions) = await ProgressLine.ShowAsync(
            users, progressed => AddUsersAsync(database, demo, users, progressed, cancellationToken), output.IsJson);
        if (output.IsJson)
            output.WriteJson(new { Users = newUsers, Organizations = made, Sessions = newSessions, ThereAlready = users - newUsers });
        else
            output.WriteLine(
                $"Made {newUsers} users, {made} organizations and {newSessions} sessions; {users - newUsers} users were there already.");
        return ExitCode.Done;
    }

    private static string? HashOf(ParseResult parsed)
    {
        if (!parsed.GetValue(PasswordStdin))
            return null;
        var password = PasswordInput.Read(fromStandardInput: true);
        if (UserPolicy.FaultOf(password, DemoUsers.Prefix) is { } fault)
            throw new CommandException($"The password {UserPolicy.Describe(fault)}.");

        // One slow hash for all: it is the same password.
        return new UserPasswordHasher(UserPasswordHasher.MinIterations).HashPassword(new User(), password);
    }

    private static async Task<int> AddOrganizationsAsync(HubDatabase database, DemoUsers demo, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var there = await context.Organizations.Select(row => row.Id).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        var missing = demo.Organizations().Where(row => !there.Contains(row.Id)).ToList();
        context.AddRange(missing);
        if (missing.Count > 0)
            context.Add(AuditedChange.RowOf(SeededType, userId: null, $"{missing.Count} organizations made by hub db seed"));
        await context.SaveChangesAsync(cancellationToken);
        return missing.Count;
    }

    private static async Task<(int Users, int Sessions)> AddUsersAsync(
        HubDatabase database, DemoUsers demo, int count, Action<string, double> progressed, CancellationToken cancellationToken)
    {
        var (users, sessions) = (0, 0);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(BatchSize))
        {
            await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
            context.ChangeTracker.AutoDetectChangesEnabled = false;
            var wanted = numbers.Select(number => (Number: number, User: demo.UserOf(number))).ToList();
            string[] names = [.. wanted.Select(one => one.User.NormalizedUserName!)];
            var there = await context.Users.Where(user => names.Contains(user.NormalizedUserName!))
                .Select(user => user.NormalizedUserName!).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
            var before = users;
            foreach (var (number, user) in wanted.Where(one => !there.Contains(one.User.NormalizedUserName!)))
            {
                var logins = demo.SessionsOf(user, number).ToList();
                context.Add(user);
                context.AddRange(logins);
                users++;
                sessions += logins.Count;
            }

            if (users > before)
                context.Add(AuditedChange.RowOf(SeededType, userId: null, $"{users - before} users made by hub db seed"));
            await context.SaveChangesAsync(cancellationToken);
            progressed($"{numbers[^1] + 1} users", numbers[^1] + 1);
        }

        return (users, sessions);
    }

    private static Option<int> NumberOption(string name, int missing, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => missing,
        HelpName = "number",
    };
}
