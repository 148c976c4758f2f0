using System.Text.Json;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Organizations;

public class OrganizationTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [SetUp]
    public async Task AddOrganizationsAsync()
    {
        await using var context = NewContext();
        var role = new Role { Id = Guid.NewGuid(), Name = "buyer", NormalizedName = "BUYER" };
        var alice = new User { Id = Guid.NewGuid(), UserName = "alice", NormalizedUserName = "ALICE", OrganizationId = "acme" };
        context.AddRange(
            new Organization { Id = "acme", Name = "Acme" }, new Organization { Id = "acme-north", Name = "Acme North", ParentId = "acme" },
            new Organization { Id = "acme-north-1", Name = "Branch\u001b[31m 1", ParentId = "acme-north", DisabledAt = Then },
            new Organization { Id = "zenith", Name = "Zenith" }, role, alice,
            new Membership { UserId = alice.Id, OrganizationId = "acme-north", RoleId = role.Id });
        await context.SaveChangesAsync();
    }

    [TestCase(80)]
    [TestCase(200)]
    public async Task Organizations_are_shown_as_trees(int columns)
    {
        var listed = await Shell.With("COLUMNS", $"{columns}").RunAsync("orgs", "list");

        Assert.That((listed.ExitCode, listed.Error), Is.EqualTo((0, "")));
        Golden.Verify($"orgs-{columns}", listed.Output);
    }

    [Test]
    public async Task An_organization_is_shown_with_its_members()
    {
        var shown = await Shell.RunAsync("orgs", "show", "acme-north");
        var disabled = await Shell.RunAsync("orgs", "show", "acme-north-1");
        var json = JsonElement.Parse((await Shell.RunAsync("orgs", "show", "acme", "--json")).Output);

        Assert.That(shown.Output, Does.Match("(?m)^Belongs to +acme$").And.Match("(?m)^Below it +acme-north-1$"));
        Assert.That(shown.Output, Does.Match("(?m)^ *alice +buyer$"));
        Assert.That(disabled.Output, Does.Match("(?m)^Status +disabled since 2026-01-02T03:04:05Z$").And.Not.Match("\u001b"));
        Assert.That((json.GetProperty("users").GetInt32(), json.GetProperty("below")[0].GetString()), Is.EqualTo((1, "acme-north")));
    }

    [Test]
    public async Task An_organization_that_does_not_exist_is_said_to_be_none()
    {
        var result = await Shell.RunAsync("orgs", "show", "acne");

        Assert.That(
            (result.ExitCode, result.Output, result.Error),
            Is.EqualTo((1, "", "There is no organization with this id; all are shown by: hub orgs list")));
    }
}
