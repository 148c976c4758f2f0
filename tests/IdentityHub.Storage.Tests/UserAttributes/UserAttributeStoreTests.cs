using IdentityHub.Storage.UserAttributes;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.UserAttributes;

public class UserAttributeStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private UserAttributeStore Attributes => new(Database);

    [Test]
    public async Task Values_take_the_place_of_those_before_and_no_values_take_the_attribute_away()
    {
        var user = await Given.StoredUserAsync();

        await ChangeAsync(user.Id, new("colour", ["red", "blue"], false, false), new("size", ["7"], false, false));
        await ChangeAsync(user.Id, new("colour", ["green", "blue"], false, false), new("size", [], false, false));

        var found = await Attributes.FindAsync(user.Id, Cancellation);
        Assert.That(found.Keys, Is.EqualTo(["colour"]));
        Assert.That(found["colour"], Is.EqualTo(["blue", "green"]));
    }

    [Test]
    public async Task A_unique_value_that_another_user_has_changes_nothing_and_the_attribute_is_named()
    {
        var (holder, other) = (await Given.StoredUserAsync(), await Given.StoredUserAsync());
        await ChangeAsync(holder.Id, new AttributeChange("number", ["4711"], true, false));

        var taken = await ChangeAsync(other.Id, new("colour", ["red"], false, false), new("number", ["4711"], true, false));
        var again = await ChangeAsync(holder.Id, new AttributeChange("number", ["4711"], true, false));
        await ChangeAsync(holder.Id, new AttributeChange("number", [], true, false));
        var freed = await ChangeAsync(other.Id, new AttributeChange("number", ["4711"], true, false));

        Assert.That((taken, again, freed), Is.EqualTo(("number", (string?)null, (string?)null)));
        Assert.That((await Attributes.FindAsync(other.Id, Cancellation)).Keys, Is.EqualTo(["number"]), "the colour was rolled back");
    }

    [Test]
    public async Task Of_parallel_users_one_gets_a_unique_value()
    {
        var users = new List<Guid>();
        for (var i = 0; i < 8; i++)
            users.Add((await Given.StoredUserAsync()).Id);
        var rendezvous = new Rendezvous(8).At(
            Database, statement => statement == "BEGIN" || statement.StartsWith("INSERT INTO user_attributes", StringComparison.Ordinal));

        var taken = await Task.WhenAll(users.Select(user => ChangeAsync(user, new AttributeChange("number", ["4711"], true, false))));

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(taken.Count(name => name is null), Is.EqualTo(1));
        await using var context = NewContext();
        Assert.That(await context.UserAttributes.CountAsync(row => row.Value == "4711"), Is.EqualTo(1));
    }

    // Name of the attribute that was taken.
    private async Task<string?> ChangeAsync(Guid user, params AttributeChange[] changes) =>
        (await Attributes.TryChangeAsync(user, changes, Now, Cancellation)).Taken;
}
