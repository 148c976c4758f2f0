using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Organizations;

/// <summary><c>hub orgs</c>: the organizations as they are applied, and who belongs to them.</summary>
internal static class OrganizationCommands
{
    private const string ListDescription =
        """
        Lists all organizations, each below the one that it belongs to: id, name, number of users whose home it is, state. Organizations are defined in
        the configuration files (hub config apply).

        Example:
          hub orgs list
        """;

    private const string ShowDescription =
        """
        Shows one organization: the file that owns it, what is above and below it, its users by number, and who holds which role in it.

        Example:
          hub orgs show acme
        """;

    private const string Active = "active";
    private const string Disabled = "disabled";
    private const int LabelWidth = 16;
    private const int MostMembers = 1000;

    private static readonly Argument<string> Id = new("ID") { Description = "Id of the organization." };

    public static Command Create()
    {
        var list = new Command("list", ListDescription) { OutputOptions.Json, SettingsOptions.ConnectionString };
        list.SetAction(ListAsync);
        var show = new Command("show", ShowDescription) { Id, OutputOptions.Json, SettingsOptions.ConnectionString };
        show.SetAction(ShowAsync);
        return new Command("orgs", "Organizations.") { list, show };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var rows = await context.Organizations.AsNoTracking().ToListAsync(cancellationToken);
        var users = await context.Users
            .Where(user => user.OrganizationId != null)
            .GroupBy(user => user.OrganizationId!)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var tree = TreeOf(rows.ToLookup(row => row.ParentId ?? "", StringComparer.Ordinal), parent: "", depth: 0).ToList();
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            output.WriteJson(tree.Select(node => new
            {
                node.Row.Id,
                node.Row.Name,
                node.Row.ParentId,
                Users = users.GetValueOrDefault(node.Row.Id),
                Status = StateOf(node.Row),
                node.Row.DisabledAt,
            }));
            return ExitCode.Done;
        }

        var table = new OutputTable("organization", "name", "!users", "!status");
        foreach (var (row, depth) in tree)
            table.Add(new string(' ', 2 * depth) + row.Id, row.Name, $"{users.GetValueOrDefault(row.Id)}", StateOf(row));
        if (table.Count > 0)
            output.WriteTable(table);
        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var id = parsed.GetRequiredValue(Id);
        var row = await context.Organizations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new CommandException("There is no organization with this id; all are shown by: hub orgs list");
        var members = await (
            from member in context.Memberships
            join user in context.Users on member.UserId equals user.Id
            join role in context.Roles on member.RoleId equals role.Id
            where member.OrganizationId == id
            orderby user.NormalizedUserName, role.Name
            select new { user.UserName, Role = role.Name }).Take(MostMembers).ToListAsync(cancellationToken);
        var owner = await context.ConfigObjects.AsNoTracking()
            .Where(stored => stored.Kind == "organizations" && stored.Name == id)
            .Select(stored => new { stored.SourceFile, stored.SourceLine })
            .SingleOrDefaultAsync(cancellationToken);
        var shown = new ShownOrganization(
            row.Id, row.Name, StateOf(row), row.DisabledAt, row.ParentId,
            await context.Organizations
                .Where(below => below.ParentId == id).OrderBy(below => below.Id).Select(below => below.Id).ToListAsync(cancellationToken),
            owner?.SourceFile is { } file ? $"{file}:{owner.SourceLine}" : "api",
            await context.Users.CountAsync(user => user.OrganizationId == id, cancellationToken),
            [
                .. members.GroupBy(member => member.UserName ?? "", StringComparer.Ordinal)
                    .Select(user => new Member(user.Key, [.. user.Select(member => member.Role ?? "")])),
            ]);
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(shown);
        else
            Write(output, shown);
        return ExitCode.Done;
    }

    private static void Write(CommandOutput output, ShownOrganization shown)
    {
        Line("Id", shown.Id);
        Line("Name", shown.Name);
        Line("Status", shown.DisabledAt is { } since ? $"{shown.Status} since {CommandOutput.Time(since)}" : shown.Status);
        Line("Owned by", shown.Source);
        Line("Belongs to", shown.ParentId);
        Line("Below it", string.Join(", ", shown.Below));
        Line("Users", $"{shown.Users}");
        if (shown.Members.Count == 0)
            return;
        output.WriteLine("");
        var table = new OutputTable("user name", "roles here");
        foreach (var member in shown.Members)
            table.Add(member.UserName, string.Join(", ", member.Roles));
        output.WriteTable(table);

        void Line(string label, string? value) => output.WriteField(label, value, LabelWidth);
    }

    private static IEnumerable<(Organization Row, int Depth)> TreeOf(ILookup<string, Organization> below, string parent, int depth) =>
        below[parent]
            .OrderBy(row => row.Id, StringComparer.Ordinal)
            .SelectMany(row => TreeOf(below, row.Id, depth + 1).Prepend((row, depth)));

    private static string StateOf(Organization row) => row.DisabledAt is null ? Active : Disabled;

    private sealed record Member(string UserName, IReadOnlyList<string> Roles);

    private sealed record ShownOrganization(
        string Id, string Name, string Status, DateTimeOffset? DisabledAt, string? ParentId, IReadOnlyList<string> Below, string Source,
        int Users, IReadOnlyList<Member> Members);
}
