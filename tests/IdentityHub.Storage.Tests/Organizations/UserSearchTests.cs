using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Organizations;

/// <summary>
/// Whatever way a search takes (one field after the other, or all members of an organization), its pages hold each user who meets the
/// conditions once.
/// </summary>
public class UserSearchTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private const string Permission = "user.read";
    private const int Page = 7;

    private static readonly string[] Names = ["an", "Anna", "anna", "annb", "bo", "a_x", "a%x", "zoe"];

    private readonly List<(User User, bool IsGuest, bool HasRole)> _users = [];
    private User _administrator = null!;

    [SetUp]
    public async Task FillAsync()
    {
        _users.Clear();
        var support = new Role { Id = Guid.CreateVersion7(), Name = "support", NormalizedName = "SUPPORT", Permissions = Permission };
        await Given.StoredAsync(
            support,
            new Organization { Id = "north", Name = "North" },
            new Organization { Id = "below", Name = "Below", ParentId = "north" },
            new Organization { Id = "south", Name = "South" });
        _administrator = await Given.StoredUserAsync(user => user.UserName = "keeper");
        var rows = new List<object> { Member(_administrator, "north", support) };
        for (var i = 0; i < 120; i++)
        {
            var number = i;
            var user = Given.User(user =>
            {
                user.UserName = $"{Names[number % 8]}-{number}";
                user.Email = number % 4 == 0 ? null : $"{Names[number * 3 / 7 % 8]}-{number}@example.com";
                user.PhoneNumber = number % 3 == 0 ? null : $"+27{number % 3}{number:000}";
                user.GivenName = number % 5 == 0 ? null : Names[number * 5 / 3 % 8];
                user.FamilyName = number % 5 == 1 ? null : Names[number / 8 % 8];
                user.OrganizationId = new[] { null, "north", "below", "south" }[number / 5 % 4];
                user.DisabledAt = number % 6 == 0 ? Now : null;
            });
            var organization = new[] { null, null, "north", "below", "south" }[number / 3 % 5];
            rows.Add(user);
            if (organization is not null)
                rows.Add(Member(user, organization, support));
            _users.Add((user, organization is "north" or "below", organization is not null));
        }

        await Given.StoredAsync([.. rows]);
    }

    [Test]
    public async Task Each_user_who_meets_the_conditions_is_on_one_page()
    {
        int compared = 0, found = 0;
        foreach (var (filter, isWithin) in Searches())
        {
            var expected = _users.Where(row => Meets(row, filter, isWithin)).Select(row => row.User.UserName)
                .Order(StringComparer.Ordinal).ToList();
            foreach (var few in filter.Role is null ? new[] { 0, 1000 } : [1000])
            {
                var listed = await ListAllAsync(new UserSearch(Database) { FewMembers = few }, filter, isWithin);
                Assert.That(
                    listed.Order(StringComparer.Ordinal), Is.EqualTo(expected), $"{filter}, {(isWithin ? "within" : "all")}, few: {few}");
            }

            (compared, found) = (compared + 1, found + expected.Count);
        }

        Assert.That((compared, found > 3 * compared), Is.EqualTo((288, true)), "most searches find some");
    }

    [Test]
    public async Task Users_who_come_and_go_between_two_pages_repeat_and_skip_nobody_else()
    {
        var search = new UserSearch(Database);
        var filter = new UserFilter { Search = "an" };
        var before = await ListAllAsync(search, filter, isWithin: false);
        var first = await search.ListAsync(filter, null, null, Page, Cancellation);
        await using (var context = NewContext())
        {
            var id = first[^1].User.Id;
            await context.Users.Where(user => user.Id == id).ExecuteDeleteAsync();
        }

        await Given.StoredUserAsync(user => user.UserName = "an");
        var rest = new List<string>();
        var last = first[^1].Place;
        while (await search.ListAsync(filter, null, last, Page, Cancellation) is { Count: > 0 } page)
        {
            rest.AddRange(page.Select(row => row.User.UserName));
            last = page[^1].Place;
        }

        Assert.That(rest, Is.EqualTo(before[Page..]), "the new one stands before the place");
    }

    private static IEnumerable<(UserFilter Filter, bool IsWithin)> Searches() =>
        from search in new[] { "a", "AN", "annb", "a_", "a%x", "+27", "+270004", "nobody", "Zoe" }
        from organization in new[] { null, "north", "south", "unknown" }
        from enabled in new bool?[] { null, true }
        from role in new[] { null, "support" }
        from isWithin in new[] { false, true }
        select (new UserFilter { Search = search, OrganizationId = organization, Enabled = enabled, Role = role }, isWithin);

    private async Task<List<string>> ListAllAsync(UserSearch search, UserFilter filter, bool isWithin)
    {
        var all = new List<string>();
        UserPlace? last = null;
        (Guid, string)? reach = isWithin ? (_administrator.Id, Permission) : null;
        while (await search.ListAsync(filter, reach, last, Page, Cancellation) is { Count: > 0 } page)
        {
            all.AddRange(page.Select(row => row.User.UserName));
            last = UserPlace.Parse(page[^1].Place.ToString());
        }

        return all;
    }

    private static bool Meets((User User, bool IsGuest, bool HasRole) row, UserFilter filter, bool isWithin)
    {
        var (user, beginning) = (row.User, filter.Search!.ToUpperInvariant());
        string?[] fields = [user.UserName, user.Email, user.PhoneNumber, user.GivenName, user.FamilyName];
        return fields.Any(field => field?.ToUpperInvariant().StartsWith(beginning, StringComparison.Ordinal) == true)
            && (filter.OrganizationId is null || user.OrganizationId == filter.OrganizationId)
            && (filter.Enabled is null || user.DisabledAt is null == filter.Enabled)
            && (filter.Role is null || row.HasRole)
            && (!isWithin || row.IsGuest || user.OrganizationId is "north" or "below");
    }

    private static Membership Member(User user, string organization, Role role) =>
        new() { UserId = user.Id, OrganizationId = organization, RoleId = role.Id };
}
