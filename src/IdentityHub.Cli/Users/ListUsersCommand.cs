using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary>A user in a list.</summary>
/// <param name="Status"><c>active</c>, or the reason for which the user is not admitted.</param>
internal sealed record ListedUser(
    Guid Id, string UserName, string? Email, string? PhoneNumber, string? OrganizationId, string Status, DateTimeOffset CreatedAt);

/// <summary><c>hub users list</c>: users in the order of their names.</summary>
internal static class ListUsersCommand
{
    private const string Description =
        """
        Lists users in the order of their names. With --json each user is one JSON object on a line of its own (NDJSON); --after NAME
        shows those that follow this name. Below 110 columns the ids are left out.

        Examples:
          hub users list --organization acme
          hub users list --search ali --json
          hub users list --attribute employee_number=4711
        """;

    private const string Active = "active";
    private const int Most = 1_000_000;
    private const int WidthForIds = 110;

    private static readonly Option<string?> Search = new("--search")
    {
        Description = "Part of the user name or the e-mail address, without regard to case.",
        HelpName = "text",
    };
    private static readonly Option<string?> Organization = new("--organization")
    {
        Description = "Id of the home organization.",
        HelpName = "id",
    };
    private static readonly Option<string?> Attribute = new("--attribute")
    {
        Description = "A searchable attribute of the configuration and its value, compared exactly.",
        HelpName = "name=value",
    };
    private static readonly Option<bool> Disabled = new("--disabled") { Description = "Only users who are disabled." };
    private static readonly Option<string?> After = new("--after")
    {
        Description = "Only users after this user name.",
        HelpName = "user name",
    };
    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "No more users than these.",
        DefaultValueFactory = _ => 50,
        HelpName = "users",
    };

    public static Command Create()
    {
        var command = new Command("list", Description)
        {
            Search,
            Organization,
            Attribute,
            Disabled,
            After,
            Limit,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit);
        if (limit is < 1 or > Most)
            throw new CommandException($"--limit is {limit}: it must be 1 to {Most}.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var now = TimeProvider.System.GetUtcNow();
        var attribute = await SearchedAttribute.ReadAsync(database, parsed.GetValue(Attribute), cancellationToken);
        var found = await Find(parsed, context, attribute).Take(limit)
            .Select(user => new
            {
                User = user,
                OrganizationDisabledAt = context.Organizations
                    .Where(organization => organization.Id == user.OrganizationId)
                    .Select(organization => organization.DisabledAt)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        var users = found.Select(row => Describe(row.User, row.OrganizationDisabledAt, now));
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            foreach (var user in users)
                output.WriteJsonLine(user);
            return ExitCode.Done;
        }

        // An id takes half of a narrow terminal.
        string[] columns = ["user name", "e-mail", "organization", "!status", "!id"];
        var shown = CommandOutput.FindWidth() < WidthForIds ? columns.Length - 1 : columns.Length;
        var table = new OutputTable(columns[..shown]);
        foreach (var user in users)
        {
            string?[] cells = [user.UserName, user.Email, user.OrganizationId, user.Status, user.Id.ToString()];
            table.Add(cells[..shown]);
        }

        if (table.Count > 0)
            output.WriteTable(table);
        return ExitCode.Done;
    }

    [SuppressMessage("Globalization", "CA1309", Justification = "The database compares, as it sorts.")]
    private static IQueryable<User> Find(ParseResult parsed, HubDbContext context, SearchedAttribute? attribute)
    {
        var users = context.Users.AsNoTracking();
        if (parsed.GetValue(Search) is { Length: > 0 } search && NameNormalizer.Normalize(search) is var text)
            users = users.Where(user =>
                user.NormalizedUserName!.Contains(text) || (user.NormalizedEmail != null && user.NormalizedEmail.Contains(text)));
        if (parsed.GetValue(Organization) is { Length: > 0 } organization)
            users = users.Where(user => user.OrganizationId == organization);
        if (attribute is not null)
            users = users.Where(user => context.UserAttributes.Any(row =>
                row.UserId == user.Id && row.IsSearchable && row.Name == attribute.Name && row.Value == attribute.Value));
        if (parsed.GetValue(Disabled))
            users = users.Where(user => user.DisabledAt != null);
        if (parsed.GetValue(After) is { Length: > 0 } after && NameNormalizer.Normalize(after) is var name)
            users = users.Where(user => string.Compare(user.NormalizedUserName, name) > 0);
        return users.OrderBy(user => user.NormalizedUserName);
    }

    private static ListedUser Describe(User user, DateTimeOffset? organizationDisabledAt, DateTimeOffset now) => new(
        user.Id, user.UserName ?? "", user.Email, user.PhoneNumber, user.OrganizationId,
        new AccountStatus(user.DisabledAt, user.LockoutEnd, user.NotBefore, organizationDisabledAt).GetDenialReason(now) ?? Active,
        user.CreatedAt);
}
