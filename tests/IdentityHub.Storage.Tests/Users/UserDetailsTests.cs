using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

/// <summary>What claims are made of, read in one statement.</summary>
public class UserDetailsTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public async Task A_user_of_whom_nothing_more_is_known_has_their_profile()
    {
        var user = await Given.StoredUserAsync(user => user.GivenName = "Alice");

        var details = await FindAsync(user.Id, null);

        Assert.Multiple(() =>
        {
            Assert.That(details!.Profile, Is.EqualTo(new UserDirectory(Database).FindProfileAsync(user.Id, Cancellation).Result));
            Assert.That(new[] { details.OrganizationId, details.OrganizationName, details.CustomData }, Is.All.Null);
            Assert.That(details.Roles.Concat(details.Permissions), Is.Empty);
            Assert.That(details.ImportedClaims, Is.Empty);
        });
    }

    [Test]
    public async Task Nobody_has_no_details() => Assert.That(await FindAsync(Guid.NewGuid(), "acme"), Is.Null);

    [Test]
    public async Task Roles_are_those_of_the_installation_the_organization_and_those_above_it()
    {
        await Given.StoredAsync(
            new Organization { Id = "acme", Name = "Acme" }, new Organization { Id = "shop", Name = "The shop", ParentId = "acme" },
            new Organization { Id = "till", Name = "The till", ParentId = "shop" },
            new Organization { Id = "other", Name = "Other", DisabledAt = Now });
        var user = await Given.StoredUserAsync();
        var (everywhere, above, here, below, elsewhere) = (
            Role("everywhere", "a b"), Role("above", "b c"), Role("here", "d"), Role("below", "e"), Role("elsewhere", "f"));
        await Given.StoredAsync(everywhere, above, here, below, elsewhere);
        await Given.StoredAsync(
            new IdentityUserRole<Guid> { UserId = user.Id, RoleId = everywhere.Id }, Member(user, "acme", above),
            Member(user, "shop", here), Member(user, "till", below), Member(user, "other", elsewhere), Member(user, "acme", everywhere));

        var details = await FindAsync(user.Id, "shop");
        var without = await FindAsync(user.Id, null);
        var disabled = await FindAsync(user.Id, "other");

        Assert.Multiple(() =>
        {
            Assert.That((details!.OrganizationId, details.OrganizationName), Is.EqualTo(("shop", "The shop")));
            Assert.That(details.Roles, Is.EqualTo(["above", "everywhere", "here"]));
            Assert.That(details.Permissions, Is.EqualTo(["a", "b", "c", "d"]), "each once");
            Assert.That(without!.Roles, Is.EqualTo(["everywhere"]));
            Assert.That(disabled!.Roles, Is.EqualTo(["everywhere"]), "a disabled organization allows nothing");
        });
    }

    [Test]
    public async Task Data_of_the_account_and_claims_of_another_system_are_there()
    {
        var (user, other) = (await Given.StoredUserAsync(), await Given.StoredUserAsync());
        await Given.StoredAsync(
            new ClientAccount { UserId = user.Id, CustomData = """{"a":1}""", CreatedAt = Now },
            Claim(user, "group", "b"), Claim(user, "group", "a"), Claim(user, "empty", null), Claim(other, "group", "c"));

        var details = await FindAsync(user.Id, null);

        Assert.That(details!.CustomData, Is.EqualTo("""{"a":1}"""));
        Assert.That(details.ImportedClaims, Is.EqualTo(new KeyValuePair<string, string>[] { new("group", "a"), new("group", "b") }));
    }

    private Task<UserDetails?> FindAsync(Guid id, string? organization) =>
        new UserDetailsReader(Database).FindAsync(id, organization, Cancellation);

    private static Role Role(string name, string permissions) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = name,
        NormalizedName = NameNormalizer.Normalize(name),
        Permissions = permissions,
    };

    private static Membership Member(User user, string organization, Role role) =>
        new() { UserId = user.Id, OrganizationId = organization, RoleId = role.Id };

    private static IdentityUserClaim<Guid> Claim(User user, string type, string? value) =>
        new() { UserId = user.Id, ClaimType = type, ClaimValue = value };
}
