using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

public class UserApplyTests(DatabaseKind kind) : ApplyTests(kind)
{
    private static readonly Guid Alice = Guid.Parse("11111111-1111-4111-8111-111111111111");

    [Test]
    public async Task A_user_of_the_files_is_an_Identity_user_with_roles_and_a_password()
    {
        await ApplyAsync(ReadShipped());

        await using var context = NewContext();
        var alice = await context.Users.SingleAsync(user => user.UserName == "alice");
        var memberships = await context.Memberships.Where(membership => membership.UserId == alice.Id).ToListAsync();
        var admin = await context.Roles.SingleAsync(role => role.Name == "org-admin");
        Assert.Multiple(() =>
        {
            Assert.That(alice.Id, Is.EqualTo(Alice));
            Assert.That(alice.NormalizedEmail, Is.EqualTo("ALICE@EXAMPLE.COM"));
            Assert.That(alice.EmailConfirmed && alice.PhoneNumberConfirmed, Is.True);
            Assert.That(alice.CreatedAt, Is.EqualTo(FakeTime.Start));
            Assert.That(alice.Locale, Is.EqualTo("en-ZA"));
            Assert.That(
                (alice.StreetAddress, alice.Locality, alice.Region, alice.PostalCode, alice.Country),
                Is.EqualTo(("12 Long Street", "Cape Town", (string?)null, "8001", "South Africa")));
            Assert.That(
                Hasher.VerifyHashedPassword(alice, alice.PasswordHash!, "Alice-Pass-1234"),
                Is.Not.EqualTo(PasswordVerificationResult.Failed));
            Assert.That(memberships.Select(membership => (membership.OrganizationId, membership.RoleId)), Is.EqualTo([("acme", admin.Id)]));
        });

        var service = await context.Roles.SingleAsync(role => role.Name == BuiltInRoles.Service);
        Assert.That(await context.UserRoles.SingleAsync(), Has.Property("RoleId").EqualTo(service.Id));
    }

    [Test]
    public async Task Another_name_keeps_the_password_and_whoever_is_signed_in()
    {
        await ApplyAsync(User("given_name: Alice"));
        var before = await FindAliceAsync();
        await ApplyAsync(User("given_name: Alicia"));
        var after = await FindAliceAsync();

        Assert.Multiple(() =>
        {
            Assert.That(after.GivenName, Is.EqualTo("Alicia"));
            Assert.That(after.PasswordHash, Is.EqualTo(before.PasswordHash));
            Assert.That(after.SecurityStamp, Is.EqualTo(before.SecurityStamp));
            Assert.That(Hasher.Count, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task An_address_is_replaced_as_a_whole_and_taken_away_with_its_key()
    {
        await ApplyAsync(User("address: { locality: Cape Town, region: Western Cape }"));
        await ApplyAsync(User("address: { locality: Durban }"));
        var moved = await FindAliceAsync();
        var again = await ApplyAsync(User("address: { locality: Durban }"));
        await ApplyAsync(User("given_name: Alice"));
        var gone = await FindAliceAsync();

        Assert.That((moved.Locality, moved.Region), Is.EqualTo(("Durban", (string?)null)));
        Assert.That(again.Changes, Is.Empty, "the same address is no change");
        Assert.That(gone.Locality, Is.Null);
    }

    [Test]
    public async Task Another_password_is_hashed_and_has_another_stamp()
    {
        await ApplyAsync(User("given_name: Alice"));
        var before = await FindAliceAsync();
        var result = await ApplyAsync(User("given_name: Alice", "plain:another-password"));
        var after = await FindAliceAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result.Changes.Single().Action, Is.EqualTo(ConfigAction.Change));
            Assert.That(
                Hasher.VerifyHashedPassword(after, after.PasswordHash!, "another-password"),
                Is.Not.EqualTo(PasswordVerificationResult.Failed));
            Assert.That(after.SecurityStamp, Is.Not.EqualTo(before.SecurityStamp));
        });
    }

    [Test]
    public async Task Roles_that_the_file_no_longer_gives_are_taken()
    {
        const string rest = "\norganizations: [{ id: acme, name: Acme }]\nroles: [{ name: reader }, { name: writer }]";
        await ApplyAsync(User("organization: acme, roles: [reader, service]") + rest);
        await ApplyAsync(User("organization: acme, roles: [writer]") + rest);

        await using var context = NewContext();
        var writer = await context.Roles.SingleAsync(role => role.Name == "writer");
        Assert.Multiple(() =>
        {
            Assert.That(context.Memberships.Single().RoleId, Is.EqualTo(writer.Id));
            Assert.That(context.UserRoles, Is.Empty);
        });
    }

    [Test]
    public async Task A_name_that_belongs_to_another_user_is_refused_in_a_sentence()
    {
        var other = Guid.NewGuid();
        await using (var context = NewContext())
        {
            context.Add(new User { Id = other, UserName = "Alice", NormalizedUserName = "ALICE" });
            await context.SaveChangesAsync();
        }

        var result = await ApplyAsync(User("given_name: Alice"));

        Assert.That(
            result.Refusals,
            Is.EqualTo([
                $"User 'alice' of the files has the user name, e-mail address or phone number of another user ({other}); change "
                    + "one of them."
            ]));
        await using (var context = NewContext())
            Assert.That(context.ConfigObjects, Is.Empty);
    }

    [Test]
    public async Task Attributes_of_the_file_are_those_of_the_user_and_others_stay()
    {
        const string definitions =
            "\nuser_attributes: [{ name: badge, type: integer, unique: true, searchable: true }, "
                + "{ name: colours, type: string, list: true }, { name: own, type: string }]";
        await ApplyAsync(User("attributes: [{ name: badge, value: 77 }, { name: colours, value: [red, blue] }]") + definitions);
        await using (var context = NewContext())
        {
            context.Add(
                new UserAttributeValue { UserId = Alice, Name = "own", Value = "kept", IsUnique = false, IsSearchable = false });
            await context.SaveChangesAsync();
        }

        var first = await DescribeAttributesAsync();
        var again = await ApplyAsync(User("attributes: [{ name: badge, value: 77 }, { name: colours, value: [red, blue] }]") + definitions);
        await ApplyAsync(User("attributes: [{ name: badge, value: 78 }]") + definitions);
        var second = await DescribeAttributesAsync();
        await ApplyAsync(User("given_name: Alice") + definitions);

        Assert.That(
            first,
            Is.EqualTo(["badge 77 True True", "colours blue False False", "colours red False False", "own kept False False"]));
        Assert.That(again.Changes, Is.Empty, "the same attributes are no change");
        Assert.That(second, Is.EqualTo(["badge 78 True True", "own kept False False"]));
        Assert.That(await DescribeAttributesAsync(), Is.EqualTo(["own kept False False"]));
    }

    [Test]
    public async Task A_unique_attribute_that_another_user_has_is_refused_in_a_sentence()
    {
        const string definitions = "\nuser_attributes: [{ name: badge, type: integer, unique: true }]";
        var other = Guid.NewGuid();
        await ApplyAsync(User("given_name: Alice") + definitions);
        await using (var context = NewContext())
        {
            context.Add(new User { Id = other, UserName = "bob", NormalizedUserName = "BOB" });
            context.Add(new UserAttributeValue { UserId = other, Name = "badge", Value = "77", IsUnique = true, IsSearchable = false });
            await context.SaveChangesAsync();
        }

        var result = await ApplyAsync(User("given_name: Alicia, attributes: [{ name: badge, value: 77 }]") + definitions);

        Assert.That(
            result.Refusals,
            Is.EqualTo([
                "User 'alice' of the files has a value of the attribute 'badge' that belongs to another user; change one of them."
            ]));
        Assert.That((await FindAliceAsync()).GivenName, Is.EqualTo("Alice"));
    }

    private async Task<List<string>> DescribeAttributesAsync()
    {
        await using var context = NewContext();
        var rows = await context.UserAttributes.AsNoTracking().Where(row => row.UserId == Alice).ToListAsync();
        return [.. rows.Select(row => $"{row.Name} {row.Value} {row.IsUnique} {row.IsSearchable}").Order(StringComparer.Ordinal)];
    }

    [Test]
    public async Task A_user_that_is_disabled_in_the_file_is_disabled()
    {
        await ApplyAsync(User("enabled: false"));
        Assert.That((await FindAliceAsync()).DisabledAt, Is.EqualTo(FakeTime.Start));
    }

    private async Task<User> FindAliceAsync()
    {
        await using var context = NewContext();
        return await context.Users.SingleAsync(user => user.Id == Alice);
    }

    private static string User(string keys, string password = "plain:Alice-Pass-1234") =>
        $"users: [{{ id: {Alice}, user_name: alice, password: \"{password}\", {keys} }}]";
}
