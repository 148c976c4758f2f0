using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

public class UserDirectoryTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private const string Email = "alice@example.com";
    private const string Phone = "+27761234567";

    // Values, not attributes: an attribute cannot hold a lone surrogate.
    private static readonly string[] Nobody = ["bob", "", "alice\uD800", "alice\0", "\0", "' OR '1'='1", "%", new('x', 100_000)];

    private UserDirectory Users => new(Database);

    [TestCase("alice")]
    [TestCase(" ALICE ")]
    [TestCase("\uFF21lice")]
    [TestCase("Alice@Example.COM")]
    [TestCase("+27 76 123 4567")]
    [TestCase("0027761234567")]
    public async Task A_user_is_found_by_name_email_address_or_phone_number(string typed)
    {
        var alice = await Given.StoredUserAsync(user =>
            (user.UserName, user.Email, user.PhoneNumber, user.PasswordHash) = ("alice", Email, Phone, "hash"));

        var found = await Users.FindCredentialAsync(typed, Cancellation);

        Assert.That(found, Is.EqualTo(new StoredCredential(alice.Id, "alice", "hash", Given.SecurityStamp, null, default)));
    }

    [TestCaseSource(nameof(Nobody))]
    public async Task Nobody_is_found_by_what_names_nobody(string typed)
    {
        await Given.StoredUserAsync(user => user.UserName = "alice");

        Assert.That(await Users.FindCredentialAsync(typed, Cancellation), Is.Null);
    }

    [Test]
    public async Task A_user_name_wins_over_an_email_address_and_that_over_a_phone_number()
    {
        var byPhone = await Given.StoredUserAsync(user => user.PhoneNumber = Phone);
        Assert.That((await Users.FindCredentialAsync(Phone, Cancellation))!.UserId, Is.EqualTo(byPhone.Id));

        var byEmail = await Given.StoredUserAsync(user => user.Email = Phone);
        Assert.That((await Users.FindCredentialAsync(Phone, Cancellation))!.UserId, Is.EqualTo(byEmail.Id));

        var byName = await Given.StoredUserAsync(user => user.UserName = Phone);
        Assert.That((await Users.FindCredentialAsync(Phone, Cancellation))!.UserId, Is.EqualTo(byName.Id));
    }

    [Test]
    public async Task The_standing_is_read_with_the_credential()
    {
        var login = await Given.LoginAsync((login, organization) =>
        {
            (login.User.DisabledAt, login.User.LockoutEnd, login.User.NotBefore) = (Now.AddDays(-1), Now.AddDays(1), Now.AddDays(-2));
            organization.DisabledAt = Now.AddDays(-3);
        });

        var found = await Users.FindCredentialAsync(login.User.UserName!, Cancellation);

        Assert.That(found!.Status, Is.EqualTo(new AccountStatus(Now.AddDays(-1), Now.AddDays(1), Now.AddDays(-2), Now.AddDays(-3))));
    }

    [Test]
    public async Task A_profile_holds_what_userinfo_shows()
    {
        await Given.StoredAsync(new Organization { Id = "acme", Name = "Acme" });
        var alice = await Given.StoredUserAsync(user =>
        {
            (user.UserName, user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed) = (
                "alice", Email, true, Phone, false);
            (user.GivenName, user.FamilyName, user.Locale, user.OrganizationId) = ("Alice", "Archer", "en-ZA", "acme");
        });

        Assert.That(
            await Users.FindProfileAsync(alice.Id, Cancellation),
            Is.EqualTo(new UserProfile(alice.Id, "alice", "Alice", "Archer", "en-ZA", Email, true, Phone, false, null, "acme", Now)));
        Assert.That(await Users.FindProfileAsync(Guid.CreateVersion7(), Cancellation), Is.Null);
    }

    [TestCase(
        "12 Long Street\nFlat 3", "Cape Town", "Western Cape", "8001", "South Africa",
        "12 Long Street\nFlat 3\n8001 Cape Town\nWestern Cape\nSouth Africa")]
    [TestCase(null, "Cape Town", null, null, "South Africa", "Cape Town\nSouth Africa")]
    [TestCase(null, null, null, "8001", null, "8001")]
    public async Task The_address_of_a_profile_is_what_is_known_of_it(
        string? street, string? locality, string? region, string? code, string? country, string formatted)
    {
        var user = await Given.StoredUserAsync(user =>
            (user.StreetAddress, user.Locality, user.Region, user.PostalCode, user.Country) = (street, locality, region, code, country));

        var address = (await Users.FindProfileAsync(user.Id, Cancellation))!.Address;

        Assert.That(address, Is.EqualTo(new PostalAddress(street, locality, region, code, country)));
        Assert.That(address!.Formatted, Is.EqualTo(formatted));
    }

    [Test]
    public async Task A_hash_is_upgraded_only_while_it_is_the_one_that_was_checked()
    {
        var user = await Given.StoredUserAsync(user => user.PasswordHash = "old");

        await Users.UpgradeHashAsync(user.Id, "old", "new", Cancellation);
        await Users.UpgradeHashAsync(user.Id, "old", "late", Cancellation);

        await using var context = NewContext();
        var stored = await context.Users.SingleAsync();
        Assert.That(stored.PasswordHash, Is.EqualTo("new"));
        Assert.That(stored.SecurityStamp, Is.EqualTo(user.SecurityStamp));
    }

    [Test, Spec("ASSURANCE", "R9")]
    public async Task Of_20_parallel_signups_with_one_email_address_one_makes_an_account()
    {
        var results = await InParallel(20, _ => TryStoreAsync(user => user.Email = Email));

        Assert.That(results.Count(stored => stored), Is.EqualTo(1));
    }

    [TestCase("alice@example.com", "ALICE@EXAMPLE.COM")]
    [TestCase("mike@example.com", "mi\u212Ae@example.com")]
    [TestCase("alice@example.com", "\uFF41lice@example.com")]
    public async Task Two_users_with_one_email_address_are_refused(string first, string second)
    {
        await Given.StoredUserAsync(user => user.Email = first);

        Assert.That(await TryStoreAsync(user => user.Email = second), Is.False);
    }

    [Test]
    public async Task Two_users_with_one_phone_number_are_refused()
    {
        await Given.StoredUserAsync(user => user.PhoneNumber = Phone);

        Assert.That(await TryStoreAsync(user => user.PhoneNumber = Phone), Is.False);
    }

    [Test]
    public async Task Users_without_email_address_and_phone_number_do_not_collide()
    {
        await Given.StoredUserAsync();

        Assert.That(await TryStoreAsync(), Is.True);
    }

    private async Task<bool> TryStoreAsync(Action<User>? change = null)
    {
        try
        {
            await Given.StoredUserAsync(change);
            return true;
        }
        catch (DbUpdateException failure)
        {
            Assert.That(Database.IsUniqueViolation(failure), Is.True, failure.ToString());
            return false;
        }
    }
}
