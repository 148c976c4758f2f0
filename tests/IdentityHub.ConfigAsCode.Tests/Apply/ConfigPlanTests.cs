using IdentityHub.Storage.KeyProtection;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

public class ConfigPlanTests(DatabaseKind kind) : ApplyTests(kind)
{
    private const string Before =
        """
        scopes: [{ name: old }, { name: same }]
        organizations: [{ id: acme, name: Acme }, { id: shop, name: Shop, parent: acme }]
        tenants: [{ alias: t, api_keys: [{ value: "plain:tenant-key-0123456789" }] }]
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1" }]
        clients: [{ client_id: web, grant_types: [client_credentials], client_secrets: [{ value: "plain:first" }], scope: same }]
        """;

    private const string After =
        """
        scopes: [{ name: same }, { name: new, display_name: New }]
        organizations: [{ id: acme, name: Acme, enabled: false }, { id: shop, name: Shop, parent: acme }]
        tenants: [{ alias: t, api_keys: [{ value: "plain:tenant-key-9876543210" }], require_exp: true }]
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-2" }]
        clients:
          - client_id: web
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:second", expires_at: 2036-01-01T00:00:00Z }, { value: "plain:first" }]
            access_token_lifetime: 30m
            scope: new
        """;

    [Test]
    public async Task A_plan_names_each_key_with_its_old_and_new_value_and_no_secret()
    {
        await ApplyAsync(Before);
        var plan = await PlanAsync(After, prune: true);
        var lines = plan.Changes.SelectMany(planned => planned.Keys.Select(key => $"{planned.Change}: {key}")).ToList();

        Assert.That(lines, Is.EqualTo([
            "~ organizations/acme (test.yaml:2): enabled: true → false",
            "~ users/11111111-1111-4111-8111-111111111111 (test.yaml:4): password: secret changed",
            "+ scopes/new (test.yaml:1): name: new",
            "+ scopes/new (test.yaml:1): display_name: New",
            "~ clients/web (test.yaml:6): client_secrets: secret 1 added",
            "~ clients/web (test.yaml:6): client_secrets[0].expires_at: 2036-01-01T00:00:00+00:00",
            "~ clients/web (test.yaml:6): scope[]: - same",
            "~ clients/web (test.yaml:6): scope[]: + new",
            "~ clients/web (test.yaml:6): access_token_lifetime: 30m",
            "~ tenants/t (test.yaml:3): api_keys: secret 1 changed",
            "~ tenants/t (test.yaml:3): require_exp: false → true",
        ]));
        Assert.That(plan.Changes[^1].Change.ToString(), Is.EqualTo("- scopes/old (test.yaml:1)"));
        Assert.That((await PlanAsync(Before)).IsEmpty, Is.True, "planning changes nothing");
    }

    [Test]
    public async Task A_plan_from_a_file_does_what_applying_the_files_does()
    {
        await ApplyAsync(Before);
        var text = new PlanFile(Protector).Write(await PlanAsync(After, prune: true));
        foreach (var secret in new[] { "second", "Alice-Pass", "tenant-key" })
            Assert.That(text, Does.Not.Contain(secret));

        var result = await ApplyFileAsync(text);

        Assert.That(result.Refusals, Is.Empty);
        Assert.That((await PlanAsync(After, prune: true)).IsEmpty, Is.True);
        await using var context = NewContext();
        var alice = await context.Users.SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(
                context.Organizations.Where(row => row.DisabledAt != null).Select(row => row.Id), Is.EquivalentTo(["acme", "shop"]));
            Assert.That(
                Hasher.VerifyHashedPassword(alice, alice.PasswordHash!, "Alice-Pass-2"),
                Is.Not.EqualTo(Microsoft.AspNetCore.Identity.PasswordVerificationResult.Failed));
        });
        Assert.That((await ReadBackAsync()).Document.Tenants.Single().ApiKeys.Single().Value.Reveal(), Is.EqualTo("tenant-key-9876543210"));
    }

    [Test]
    public async Task A_plan_is_refused_when_somebody_has_applied_since()
    {
        await ApplyAsync(Before);
        var text = new PlanFile(Protector).Write(await PlanAsync(After));
        var other = await ApplyAsync(Before.Replace("Acme", "Acme Ltd", StringComparison.Ordinal));

        var refused = await ApplyFileAsync(text);

        Assert.That(
            refused.Refusals.Single(),
            Does.StartWith("The configuration in the database is another than the one that the plan was made for"));
        Assert.That((await ReadBackAsync()).Generation, Is.EqualTo(other.Generation));
    }

    [Test]
    public async Task A_plan_is_carried_out_once()
    {
        await ApplyAsync(Before);
        var text = new PlanFile(Protector).Write(await PlanAsync(After));

        Assert.That((await ApplyFileAsync(text)).Refusals, Is.Empty);
        Assert.That((await ApplyFileAsync(text)).Refusals, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_plan_that_was_edited_or_made_with_another_key_is_refused()
    {
        var text = new PlanFile(Protector).Write(await PlanAsync(After));
        using var other = new KeyProtector(Enumerable.Repeat((byte)7, 32).ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(
                () => new PlanFile(Protector).Read(text.Replace("30m", "24h", StringComparison.Ordinal)),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains("was edited"));
            Assert.That(
                () => new PlanFile(Protector).Read(text.Replace("\"plan\": {", "\"plan\": { ", StringComparison.Ordinal)),
                Throws.InstanceOf<InvalidDataException>());
            Assert.That(
                () => new PlanFile(other).Read(text), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("another key file"));
        });
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[1]")]
    [TestCase("{}")]
    [TestCase("""{"plan": {}, "mac": 7}""")]
    [TestCase("scopes: []")]
    public void What_is_no_plan_is_refused(string text) =>
        Assert.That(
            () => new PlanFile(Protector).Read(text), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("is no plan"));

    [Test]
    public async Task A_document_that_was_changed_by_hand_is_drift_and_the_next_apply_mends_it_with_a_new_generation()
    {
        var first = await ApplyAsync(Before);
        await using (var context = NewContext())
        {
            var row = await context.ConfigObjects.SingleAsync(row => row.Kind == "clients");
            row.Document = row.Document.Replace("\"require_consent\":false", "\"require_consent\":true", StringComparison.Ordinal);
            Assert.That(await context.SaveChangesAsync(), Is.EqualTo(1));
        }

        var plan = await PlanAsync(Before);
        var mended = await ApplyAsync(Before);
        var again = await ApplyAsync(Before);

        Assert.Multiple(() =>
        {
            Assert.That(plan.Changes.Single().Keys.Single().ToString(), Is.EqualTo("require_consent: true → false"));
            Assert.That(mended.Changes, Has.Count.EqualTo(1));
            Assert.That(mended.Generation, Is.Not.EqualTo(first.Generation), "the nodes read what was mended");
            Assert.That(again.Changes, Is.Empty);
            Assert.That(again.Generation, Is.EqualTo(mended.Generation));
        });
    }

    [Test]
    public async Task An_object_of_the_administration_API_that_the_files_take_over_says_where_it_was()
    {
        await ApplyAsync("scopes: [{ name: a }]");
        await using (var context = NewContext())
            await context.ConfigObjects.ExecuteUpdateAsync(row =>
                row.SetProperty(scope => scope.SourceFile, (string?)null).SetProperty(scope => scope.SourceLine, (int?)null));

        Assert.That((await PlanAsync("{}", prune: true)).Changes, Is.Empty);
        Assert.That((await PlanAsync("scopes: [{ name: a }]")).MovedCount, Is.EqualTo(1));
        Assert.That(
            (await PlanAsync("scopes: [{ name: a, description: b }]")).Changes.Single().Change.ToString(),
            Is.EqualTo("~ scopes/a (test.yaml:1)"));
    }

    private Task<ConfigPlan> PlanAsync(string yaml, bool prune = false) =>
        new ConfigPlanner(Database, Protector).PlanAsync(Read(yaml), ConfigContext.Development, prune, Cancellation);

    private Task<ConfigApplyResult> ApplyFileAsync(string text) =>
        new ConfigApplier(Database, Protector, Hasher, Time).ApplyAsync(new PlanFile(Protector).Read(text), Cancellation);
}
