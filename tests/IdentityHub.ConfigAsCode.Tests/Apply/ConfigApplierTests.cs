using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

public class ConfigApplierTests(DatabaseKind kind) : ApplyTests(kind)
{
    private const string OneRole = "roles: [{ name: reader, permissions: [session.read] }]";

    [Test]
    public async Task The_shipped_configuration_is_applied_once_and_then_there_is_nothing_to_do()
    {
        var first = await ApplyAsync(ReadShipped());
        var hashed = Hasher.Count;
        var second = await ApplyAsync(ReadShipped());

        Assert.Multiple(() =>
        {
            Assert.That(first.Changes, Has.Count.EqualTo(27).And.All.Property(nameof(ConfigChange.Action)).EqualTo(ConfigAction.Create));
            Assert.That(hashed, Is.EqualTo(3));
            Assert.That(second.Changes, Is.Empty);
            Assert.That(second.Generation, Is.EqualTo(first.Generation));
            Assert.That(Hasher.Count, Is.EqualTo(hashed), "no password is hashed for nothing");
        });
        await using var context = NewContext();
        Assert.That(await context.ConfigGenerations.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Appliers_on_two_nodes_at_once_make_one_generation()
    {
        var nodes = new[] { Database, Storage.Open() };
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => ApplyAsync(ReadShipped(), node: nodes[i % 2]))));

        await using var context = NewContext();
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(result => result.Generation).Distinct().Count(), Is.EqualTo(1));
            Assert.That(results.Count(result => result.Changes.Count > 0), Is.EqualTo(1));
            Assert.That(context.ConfigGenerations.Count(), Is.EqualTo(1));
            Assert.That(context.Users.Count(), Is.EqualTo(3));
        });
    }

    [Test]
    public async Task A_change_makes_a_new_generation_and_going_back_has_the_hash_of_the_first()
    {
        var first = await ApplyAsync(OneRole);
        var second = await ApplyAsync("roles: [{ name: reader, permissions: [user.block] }]");
        var third = await ApplyAsync(OneRole);

        Assert.Multiple(() =>
        {
            Assert.That(second.Changes.Single().ToString(), Is.EqualTo("~ roles/reader (test.yaml:1)"));
            Assert.That(second.Generation, Is.Not.EqualTo(first.Generation));
            Assert.That(third.Generation, Is.EqualTo(first.Generation));
        });
        await using var context = NewContext();
        Assert.That(await context.ConfigGenerations.CountAsync(), Is.EqualTo(3));
        Assert.That((await context.Roles.SingleAsync(role => role.Name == "reader")).Permissions, Is.EqualTo("session.read"));
    }

    [Test]
    public async Task An_object_that_only_moved_gets_its_new_place_and_no_new_generation()
    {
        var first = await ApplyAsync(OneRole);
        var second = await ApplyAsync("\n\n" + OneRole);

        await using var context = NewContext();
        Assert.Multiple(() =>
        {
            Assert.That(second.Changes, Is.Empty);
            Assert.That(second.Generation, Is.EqualTo(first.Generation));
            Assert.That(context.ConfigObjects.Single().SourceLine, Is.EqualTo(3));
        });
    }

    [Test]
    public async Task What_the_files_no_longer_have_is_kept_without_prune_and_deleted_with_it()
    {
        await ApplyAsync(
            """
            organizations: [{ id: acme, name: Acme }, { id: shop, name: Shop, parent: acme }]
            roles: [{ name: reader }]
            scopes: [{ name: orders.read }]
            """);
        var kept = await ApplyAsync("{}");
        var pruned = await ApplyAsync("{}", prune: true);

        Assert.Multiple(() =>
        {
            Assert.That(kept.Changes, Is.Empty);
            Assert.That(kept.Kept, Has.Count.EqualTo(4));
            Assert.That(
                pruned.Changes.Select(change => change.Kind), Is.EquivalentTo(["scopes", "roles", "organizations", "organizations"]));
            Assert.That(pruned.Changes.Select(change => change.Kind).TakeLast(2), Is.EqualTo(["organizations", "organizations"]));
            Assert.That(pruned.Generation, Is.Not.EqualTo(kept.Generation));
        });
        await using var context = NewContext();
        Assert.Multiple(() =>
        {
            Assert.That(context.Organizations, Is.Empty);
            Assert.That(context.ConfigObjects, Is.Empty);
            Assert.That(context.Roles.Select(role => role.Name), Is.EquivalentTo(BuiltInRoles.All));
        });
    }

    [Test]
    public async Task Users_whom_the_files_no_longer_have_stay_and_are_the_files_own_when_they_come_back()
    {
        const string alice = "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice }]";
        await ApplyAsync(alice);
        await using var before = NewContext();
        var stamp = (await before.Users.SingleAsync()).SecurityStamp;

        var pruned = await ApplyAsync("{}", prune: true);
        var back = await ApplyAsync(alice + "\n" + OneRole, prune: true);

        Assert.Multiple(() =>
        {
            Assert.That(pruned.Changes, Is.Empty);
            Assert.That(pruned.Kept.Select(change => change.Kind), Is.EqualTo(["users"]));
            Assert.That(back.Refusals, Is.Empty);
            Assert.That(back.Kept, Is.Empty);
        });
        await using var after = NewContext();
        Assert.That((await after.Users.SingleAsync()).SecurityStamp, Is.EqualTo(stamp), "the same user with the same sessions");
    }

    [Test]
    public async Task What_was_made_through_an_API_is_never_deleted()
    {
        await ApplyAsync(OneRole);
        await using (var context = NewContext())
        {
            context.Add(
                new Storage.Clients.ConfigObject
                {
                    Kind = "scopes",
                    Name = "made",
                    Document = "{\"name\":\"made\"}",
                    Digest = new byte[32],
                    UpdatedAt = Time.GetUtcNow(),
                });
            await context.SaveChangesAsync();
        }

        Assert.That((await ApplyAsync(OneRole, prune: true)).Changes, Is.Empty);
        Assert.That((await ReadBackAsync()).Document.Scopes.Single().Source, Is.Null);
    }

    [Test]
    public async Task An_organization_that_is_still_needed_is_not_deleted_and_nothing_else_is_done()
    {
        await ApplyAsync("organizations: [{ id: acme, name: Acme }]\n" + OneRole);
        await using (var context = NewContext())
        {
            context.Add(
                new Storage.Users.User
                {
                    Id = Guid.NewGuid(),
                    UserName = "bob",
                    NormalizedUserName = "BOB",
                    OrganizationId = "acme",
                });
            await context.SaveChangesAsync();
        }

        var result = await ApplyAsync("scopes: [{ name: a }]", prune: true);

        Assert.That(result.Refusals, Is.EqualTo(["Organization 'acme' has users; move them first, or set enabled: false."]));
        Assert.That((await ReadBackAsync()).Document.Roles, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Disabling_an_organization_disables_what_lies_below_it_and_enabling_it_again_does_too()
    {
        const string tree =
            "organizations: [{{ id: a, name: A, enabled: {0} }}, {{ id: b, name: B, parent: a }}, {{ id: c, name: C, parent: b }}, {{ id: "
                + "d, name: D }}]";
        await ApplyAsync(string.Format(null, tree, "false"));
        await using (var context = NewContext())
            Assert.That(context.Organizations.Where(row => row.DisabledAt != null).Select(row => row.Id), Is.EquivalentTo(["a", "b", "c"]));

        await ApplyAsync(string.Format(null, tree, "true"));
        await using (var context = NewContext())
            Assert.That(context.Organizations.Where(row => row.DisabledAt != null), Is.Empty);
    }
}
