using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users create</c>: makes one user.</summary>
internal static class CreateUserCommand
{
    private const string Description =
        """
        Makes a user and prints the user's id, the 'sub' of tokens.

        The password is asked for twice on a terminal and not shown; otherwise it is the first line of standard input. It is never an
        argument. An e-mail address or phone number is taken as verified, and the user can log in with it instead of the user name.

        Examples:
          hub users create alice --email alice@example.com --organization acme --role org-admin
          hub users create bob --attribute employee_number=4711 --attribute languages=de --attribute languages=fr
          hub users create billing --role service --password-stdin < billing.password
        """;

    private static readonly Argument<string> UserName = new("USER_NAME") { Description = "Unique without regard to case." };
    private static readonly Option<Guid?> Id = new("--id")
    {
        Description = "A UUID, to keep the id of an older system. [default: a new one]",
    };
    private static readonly Option<string?> Email = new("--email") { Description = "Unique without regard to case." };
    private static readonly Option<string?> Phone = new("--phone")
    {
        Description = "With the country code such as +27 76 123 4567, or with --phone-region; stored as E.164; unique.",
    };
    private static readonly Option<string?> GivenName = new("--given-name") { Description = "First name." };
    private static readonly Option<string?> FamilyName = new("--family-name") { Description = "Last name." };
    private static readonly Option<string?> Region = new("--region")
    {
        Description = "Region of a service user, claim 'reg' of its tokens. [default: that of the installation]",
    };
    private static readonly Option<string?> Organization = new("--organization") { Description = "Id of the home organization." };

    private static readonly Option<string[]> Role = new("--role")
    {
        Description = "'admin' or 'service' in the installation, any other role in the home organization; may be repeated.",
    };

    private static readonly Option<string[]> Attribute = new("--attribute")
    {
        Description = "A user attribute of the configuration; may be repeated, also for the values of a list. Required ones must be given.",
        HelpName = "name=value",
    };

    private static readonly Option<bool> PasswordStdin = new("--password-stdin")
    {
        Description = "Read the password from standard input, one line.",
    };

    public static Command Create()
    {
        var command = new Command("create", Description)
        {
            UserName,
            Id,
            Email,
            Phone,
            TypedPhoneNumber.Region,
            GivenName,
            FamilyName,
            Region,
            Organization,
            Role,
            Attribute,
            PasswordStdin,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Before the password is read: without a database, the user is not asked for one.
        var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        await using var services = Services(database);
        await using var scope = services.CreateAsyncScope();

        var user = Read(parsed);
        var attributes = TypedAttribute.ReadOfNew(
            await new AppliedAttributes(database).ReadAsync(cancellationToken), parsed.GetValue(Attribute) ?? []);
        var password = PasswordInput.Read(parsed.GetValue(PasswordStdin));
        var refusals = await scope.ServiceProvider.GetRequiredService<UserCreation>()
            .CreateAsync(user, attributes, password, cancellationToken);
        foreach (var refusal in refusals)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(refusal);
        if (refusals.Count > 0)
            return ExitCode.Failed;

        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(new { user.Id, user.UserName });
        else
            output.WriteLine(user.Id.ToString());
        return ExitCode.Done;
    }

    private static NewUser Read(ParseResult parsed) => new(
        parsed.GetValue(Id) ?? Guid.CreateVersion7(),
        parsed.GetRequiredValue(UserName),
        parsed.GetValue(Email),
        TypedPhoneNumber.Read(parsed.GetValue(Phone), parsed.GetValue(TypedPhoneNumber.Region)),
        parsed.GetValue(GivenName),
        parsed.GetValue(FamilyName),
        parsed.GetValue(Region),
        parsed.GetValue(Organization),
        parsed.GetValue(Role)?.Distinct().ToList() ?? []);

    private static ServiceProvider Services(HubDatabase database) => new ServiceCollection()
        .AddHubStorage(_ => database, _ => UserPasswordHasher.MinIterations)
        .AddSingleton(TimeProvider.System)
        .AddScoped<UserCreation>()
        .BuildServiceProvider();
}
