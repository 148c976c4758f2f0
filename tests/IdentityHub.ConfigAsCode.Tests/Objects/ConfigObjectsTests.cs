using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.ConfigAsCode.Tests.Apply;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Objects;

public class ConfigObjectsTests(DatabaseKind kind) : ApplyTests(kind)
{
    private const string Files =
        """
        organizations: [{ id: acme, name: Acme }, { id: acme-east, name: East, parent: acme }]
        scopes: [{ name: orders.read }]
        roles: [{ name: reader, permissions: [session.read] }]
        clients:
          - client_id: web
            grant_types: [client_credentials]
            scope: orders.read
            client_secrets: [{ value: "plain:web-secret" }]
        """;

    private const string Job =
        """{ "client_id": "job", "grant_types": ["client_credentials"], "scope": "orders.read", "client_secrets": [{ "value": "generate:" }] }""";

    private static readonly (string Section, string Body, string Pointer, string Message)[] s_faulty =
    [
        ("clients", """{ "client_id": "x", "grant_typ": [] }""", "/grant_typ", "unknown key; did you mean 'grant_types'?"),
        ("clients", """{ "client_id": "x", "a/b~c": 1 }""", "/a~1b~0c", "unknown key; known here:"),
        ("clients", """{ "grant_types": [] }""", "/client_id", "is missing"),
        ("clients", """{ "client_id": 7 }""", "/client_id", "is a number; a string is needed"),
        ("clients", """{ "client_id": "x", "enabled": "true" }""", "/enabled", "is a string; true or false is needed"),
        (
            "clients",
            """{ "client_id": "x", "grant_types": ["client_credentials"], "client_secrets": [{ "value": "env:PATH" }] }""",
            "/client_secrets/0/value", "names a variable or a file of the server"),
        (
            "clients",
            """{ "client_id": "x", "grant_types": ["client_credentials"], "client_secrets": [{ "value": "file:/etc/passwd" }] }""",
            "/client_secrets/0/value", "names a variable or a file of the server"),
        (
            "clients",
            """{ "client_id": "x", "grant_types": ["client_credentials"], "client_secrets": [{ "value": "stored:x" }] }""",
            "/client_secrets/0/value", "is no secret that this object has"),
        (
            "clients",
            """{ "client_id": "x", "grant_types": ["client_credentials"], "client_secrets": [{ "value": "abc" }] }""",
            "/client_secrets/0/value", "must say what it is"),
        (
            "clients",
            """
            { "client_id": "x", "grant_types": ["client_credentials"], "scope": "orders.raed",
            "client_secrets": [{ "value": "generate:" }] }
            """,
            "/scope", "scope 'orders.raed' is not defined; did you mean 'orders.read'?"),
        (
            "clients",
            """{ "client_id": "x", "grant_types": ["client_credentials"] }""",
            "/client_secrets", "is missing; client_secret_basic"),
        ("organizations", """{ "id": "new", "name": "N", "parent": "nobody" }""", "/parent", "organization 'nobody' is not defined"),
        ("roles", """{ "name": "admin" }""", "/name", "'admin' is built in"),
        ("roles", """{ "name": "r", "permissions": ["session.raed"] }""", "/permissions/0", "is not a known value; did you mean"),
        ("scopes", """{ "name": "a", "description": "\u0000" }""", "/description", "holds a control character"),
        ("scopes", """[]""", "", "is a list; a mapping is needed"),
        ("scopes", """{ "name": "a", "name": "b" }""", "/name", "is given twice"),
    ];

    [Test]
    public async Task An_object_that_is_made_is_in_force_with_its_secret_as_a_digest()
    {
        await ApplyAsync(Files);
        var (changed, refusal) = await CreateAsync("clients", Job);

        Assert.That(refusal, Is.Null);
        var secret = changed!.Generated.Single();
        var client = (await ReadBackAsync()).Document.Clients.Single(client => client.ClientId == "job");
        Assert.Multiple(() =>
        {
            Assert.That(secret.Pointer, Is.EqualTo("/client_secrets/0/value"));
            Assert.That(client.ClientSecrets.Single().Digest, Is.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes(secret.Value))));
            Assert.That(client.Source, Is.Null);
            Assert.That(changed.After!.Form.ToJsonString(), Does.Not.Contain(secret.Value).And.Contain("stored:"));
            Assert.That(changed.Keys.Select(key => key.ToString()), Has.Member("client_secrets: secret 1 added"));
        });
        Assert.That((await ReadBackAsync()).Generation, Is.EqualTo(changed.Generation));
    }

    [Test]
    public async Task What_an_object_shows_can_be_sent_back_and_changes_nothing()
    {
        await ApplyAsync(EveryKey.Yaml);
        await LetNobodyOwnAsync();
        var generation = (await ReadBackAsync()).Generation;
        foreach (var section in ConfigObjects.Kinds)
        {
            var all = (await Objects.ListAsync(section, "", 100, Cancellation)).Objects;
            Assert.That(all, Is.Not.Empty, section);
            foreach (var shown in all)
            {
                var (changed, refusal) = await ReplaceAsync(section, shown.Name, shown.Form.ToJsonString());

                Assert.That(refusal?.Faults, Is.Null.Or.Empty, shown.Name);
                Assert.That(refusal, Is.Null, shown.Name);
                Assert.That(changed!.Keys, Is.Empty, shown.Name);
                Assert.That(changed.After!.ETag, Is.EqualTo(shown.ETag), shown.Name);
            }
        }

        Assert.That((await ReadBackAsync()).Generation, Is.EqualTo(generation));
    }

    [Test]
    public async Task A_fault_has_the_pointer_to_its_value()
    {
        await ApplyAsync(Files);
        foreach (var (section, body, pointer, message) in s_faulty)
        {
            var refusal = (await CreateAsync(section, body)).Refusal!;

            Assert.That(refusal.Kind, Is.EqualTo(ObjectRefusalKind.Invalid), body);
            Assert.That(
                refusal.Faults.Select(fault => $"{fault.Pointer}: {fault.Message}"), Has.One.StartsWith($"{pointer}: {message}"), body);
        }
    }

    [Test]
    public async Task What_a_file_owns_is_changed_in_the_file([Values] ObjectVerb verb)
    {
        await ApplyAsync(Files);
        var refusal = (await ChangeAsync(verb, "scopes", "orders.read", """{ "name": "orders.read", "description": "Mine" }""")).Refusal!;

        Assert.That(refusal.Kind, Is.EqualTo(verb == ObjectVerb.Create ? ObjectRefusalKind.Exists : ObjectRefusalKind.FileOwned));
        Assert.That(refusal.Source, verb == ObjectVerb.Create ? Is.Null : Is.EqualTo(new ConfigSource("test.yaml", 2)));
        Assert.That((await ReadBackAsync()).Document.Scopes.Single().Description, Is.Null);
    }

    [Test]
    public async Task Of_many_changes_of_one_state_one_is_done()
    {
        await ApplyAsync(Files);
        var made = (await CreateAsync("scopes", """{ "name": "a" }""")).Changed!.After!;
        Time.Advance(TimeSpan.FromSeconds(1));
        var nodes = new[] { Database, Storage.Open() };
        var results = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => Task.Run(() => ChangeAsync(
                nodes[i % 2],
                new(ObjectVerb.Patch, "scopes", "a", Json($$"""{ "description": "{{i}}" }""")) { Admits = tag => tag == made.ETag }))));

        Assert.That(results.Count(result => result.Changed is not null), Is.EqualTo(1));
        Assert.That(results.Count(result => result.Refusal?.Kind == ObjectRefusalKind.Stale), Is.EqualTo(49));
        await nodes[1].DisposeAsync();
    }

    [Test]
    public async Task A_patch_changes_what_it_names_and_null_brings_the_default_back()
    {
        await ApplyAsync(Files);
        await CreateAsync("clients", Job);
        await PatchAsync("clients", "job", """{ "client_name": "Night job", "access_token_lifetime": "5m" }""");
        await PatchAsync("clients", "job", """{ "access_token_lifetime": null }""");

        var client = (await ReadBackAsync()).Document.Clients.Single(client => client.ClientId == "job");
        Assert.That((client.ClientName, client.AccessTokenLifetime), Is.EqualTo(("Night job", (TimeSpan?)null)));
        Assert.That(client.ClientSecrets, Has.Count.EqualTo(1));
        Assert.That(
            (await PatchAsync("clients", "job", """{ "client_id": "other" }""")).Refusal!.Faults.Single().Pointer, Is.EqualTo("/client_id"));
    }

    [Test]
    public async Task What_others_need_stays()
    {
        await ApplyAsync(Files);
        await CreateAsync("scopes", """{ "name": "jobs" }""");
        await CreateAsync("clients", Job.Replace("orders.read", "jobs", StringComparison.Ordinal));
        await CreateAsync("roles", """{ "name": "helper" }""");
        await using (var context = NewContext())
        {
            var user = new Storage.Users.User { Id = Guid.CreateVersion7(), UserName = "u", NormalizedUserName = "U" };
            var role = await context.Roles.SingleAsync(role => role.Name == "helper");
            context.Add(user);
            context.Add(new Storage.Organizations.Membership { UserId = user.Id, OrganizationId = "acme", RoleId = role.Id });
            await context.SaveChangesAsync();
        }

        var scope = (await ChangeAsync(ObjectVerb.Delete, "scopes", "jobs", null)).Refusal!;
        var held = (await ChangeAsync(ObjectVerb.Delete, "roles", "helper", null)).Refusal!;

        Assert.That(scope, Has.Property(nameof(scope.Kind)).EqualTo(ObjectRefusalKind.InUse));
        Assert.That(scope.Detail, Does.StartWith("Others need 'jobs' as it is: clients/job: scope: scope 'jobs' is not defined"));
        Assert.That(held, Has.Property(nameof(held.Kind)).EqualTo(ObjectRefusalKind.InUse));
        await ChangeAsync(ObjectVerb.Delete, "clients", "job", null);
        Assert.That((await ChangeAsync(ObjectVerb.Delete, "scopes", "jobs", null)).Refusal, Is.Null);
        Assert.That((await ReadBackAsync()).Document.Scopes.Select(one => one.Name), Is.EqualTo(["orders.read"]));
    }

    [Test]
    public async Task A_fault_that_another_object_has_anyway_is_in_nobodys_way()
    {
        await ApplyAsync(Files.Replace(
            """{ value: "plain:web-secret" }""", """{ value: "plain:web-secret", expires_at: 2030-01-01T00:00:00Z }""",
            StringComparison.Ordinal));
        Time.Advance(TimeSpan.FromDays(3650));

        Assert.That((await CreateAsync("scopes", """{ "name": "a" }""")).Refusal, Is.Null);
    }

    [Test]
    public async Task An_organization_never_lies_below_itself()
    {
        await ApplyAsync(Files);
        await CreateAsync("organizations", """{ "id": "a", "name": "A", "parent": "acme" }""");
        await CreateAsync("organizations", """{ "id": "b", "name": "B", "parent": "a" }""");

        var refusal = (await PatchAsync("organizations", "a", """{ "parent": "b" }""")).Refusal!;
        Assert.That(refusal.Faults.Single().Pointer, Is.EqualTo("/parent"));
        await using var context = NewContext();
        Assert.That((await context.Organizations.SingleAsync(row => row.Id == "a")).ParentId, Is.EqualTo("acme"));
    }

    [Test]
    public async Task A_dialect_that_nobody_has_set_can_be_switched_on_and_taken_away_again()
    {
        await ApplyAsync(Files);
        var unset = (await Objects.FindAsync("dialects", "otp", Cancellation))!;
        var (set, _) = await ChangeAsync(ObjectVerb.Patch, "dialects", "otp", """{ "enabled": true }""", unset.ETag);
        var stale = await ChangeAsync(ObjectVerb.Patch, "dialects", "otp", """{ "enabled": false }""", unset.ETag);

        Assert.That(set!.Keys.Single().ToString(), Is.EqualTo("enabled: false → true"));
        Assert.That(stale.Refusal!.Kind, Is.EqualTo(ObjectRefusalKind.Stale));
        Assert.That((await ReadBackAsync()).Document.Dialects.Otp!.Enabled, Is.True);
        await ChangeAsync(ObjectVerb.Delete, "dialects", "otp", null, set.After!.ETag);
        Assert.That((await Objects.FindAsync("dialects", "otp", Cancellation))!.ETag, Is.EqualTo(unset.ETag));
        Assert.That(await Objects.FindAsync("dialects", "no-dialect", Cancellation), Is.Null);
    }

    [Test]
    public async Task Files_keep_what_was_made_here_and_take_over_what_they_name()
    {
        await ApplyAsync(Files);
        await CreateAsync("scopes", """{ "name": "a" }""");
        await CreateAsync("scopes", """{ "name": "b", "description": "B" }""");
        await ApplyAsync(
            Files.Replace("{ name: orders.read }", "{ name: orders.read }, { name: a }", StringComparison.Ordinal), prune: true);

        var scopes = (await ReadBackAsync()).Document.Scopes.ToDictionary(scope => scope.Name);
        Assert.That(scopes["a"].Source, Is.EqualTo(new ConfigSource("test.yaml", 2)));
        Assert.That((scopes["b"].Source, scopes["b"].Description), Is.EqualTo(((ConfigSource?)null, "B")));
        Assert.That((await PatchAsync("scopes", "a", """{ "description": "x" }""")).Refusal!.Kind, Is.EqualTo(ObjectRefusalKind.FileOwned));
    }

    [Test]
    public async Task A_plan_says_that_the_files_take_over_what_was_made_here()
    {
        await ApplyAsync(Files);
        await CreateAsync("scopes", """{ "name": "a" }""");
        var plan = await new ConfigPlanner(Database, Protector).PlanAsync(
            Read(Files.Replace("{ name: orders.read }", "{ name: orders.read }, { name: a, description: A }", StringComparison.Ordinal)),
            ConfigContext.Development, prune: false, Cancellation);

        Assert.That(plan.Changes.Single(), Has.Property(nameof(PlannedChange.IsTakenOver)).True);
    }

    [TestCase("Taken")]
    [TestCase("Newco")]
    public async Task An_organization_with_others_below_it_is_taken_over_by_those_only_who_say_so(string name)
    {
        await ApplyAsync(Files);
        await CreateAsync("organizations", """{ "id": "newco", "name": "Newco", "parent": "acme" }""");
        await CreateAsync("organizations", """{ "id": "below", "name": "Below", "parent": "newco" }""");
        var files = Read(Files.Replace(
            "organizations: [", $"organizations: [{{ id: newco, name: {name}, parent: acme }}, ", StringComparison.Ordinal));

        var refused = await ApplyAsync(files);
        var source = (await ReadBackAsync()).Document.Organizations.Single(one => one.Id == "newco").Source;
        var done = await new ConfigApplier(Database, Protector, Hasher, Time) { TakesOver = ["newco"] }
            .ApplyAsync(files, ConfigContext.Development, prune: false, Cancellation);

        Assert.That(refused.Refusals.Single(), Does.Contain("'newco'").And.Contain("--take-over newco"));
        Assert.That(source, Is.Null);
        Assert.That(done.Refusals, Is.Empty);
        Assert.That((await ReadBackAsync()).Document.Organizations.Single(one => one.Id == "newco").Source, Is.Not.Null);
    }

    [Test]
    public async Task A_file_may_refer_to_what_was_made_here()
    {
        await ApplyAsync(Files);
        await CreateAsync("claims", """{ "name": "tier", "source": "static", "value": 1 }""");
        await CreateAsync("scopes", """{ "name": "jobs", "claims": ["tier"] }""");
        var text = Files.Replace("scope: orders.read", "scope: jobs", StringComparison.Ordinal);
        using var folder = new ConfigFolder().With("test.yaml", text);

        Assert.That(folder.Load(ConfigContext.Development).Faults.Select(fault => fault.Path), Is.EqualTo(["clients[0].scope"]));
        var made = await new MadeObjectsReader(Database).ReadAsync(Cancellation);
        var loaded = ConfigLoader.Load(
            folder.DirectoryPath, new ConfigContext(ConfigContext.Development, _ => null, Time) { Made = made });
        Assert.That(loaded.Faults, Is.Empty);
        Assert.That((await ApplyAsync(loaded.Document!, prune: true)).Refusals, Is.Empty);
        Assert.That(made.NamedClaims, Is.EqualTo(["tier"]));
    }

    [Test]
    public async Task Files_that_do_not_go_with_what_was_made_here_change_nothing()
    {
        await ApplyAsync(Files);
        await PatchAsync("dialects", "hash-secret", """{ "enabled": true }""");
        await CreateAsync("clients", Job.Replace(
            "\"job\",", """
            "job", "hash_alias": "j", "dialects": ["hash-secret"],
            """, StringComparison.Ordinal));
        var generation = (await ReadBackAsync()).Generation;
        var pruned = await ApplyAsync("scopes: [{ name: other }]", prune: true);
        var twice = await ApplyAsync(
            Files.Replace("client_id: web", "client_id: web\n    dialects: [hash-secret]\n    hash_alias: j", StringComparison.Ordinal)
                + "\ndialects: { hash-secret: { enabled: true } }");

        Assert.That(pruned.Refusals, Has.Some.StartsWith("clients/job: scope: scope 'orders.read' is not defined"));
        Assert.That(twice.Refusals, Has.Some.Contains("hash_alias: is already used at clients/"));
        Assert.That((await ReadBackAsync()).Generation, Is.EqualTo(generation));
    }

    [Test]
    public async Task What_is_out_of_reach_does_not_exist_and_what_is_not_allowed_changes_nothing()
    {
        await ApplyAsync(Files);
        await CreateAsync("organizations", """{ "id": "a", "name": "A" }""");
        var rights = new ObjectRights(
            (one, paths) => one is OrganizationDefinition { Id: var id } && paths.Of(id).Contains("a"),
            (_, after, _) => after is OrganizationDefinition { Enabled: false } ? new("/enabled", "no", IsForbidden: true) : null);

        Assert.That((await WithAsync("acme", """{ "name": "X" }""")).Refusal!.Kind, Is.EqualTo(ObjectRefusalKind.NotFound));
        Assert.That((await WithAsync("a", """{ "enabled": false }""")).Refusal!.Kind, Is.EqualTo(ObjectRefusalKind.Forbidden));
        Assert.That((await WithAsync("a", """{ "name": "X" }""")).Refusal, Is.Null);
        Assert.That((await WithAsync("\0", """{ "name": "X" }""")).Refusal!.Kind, Is.EqualTo(ObjectRefusalKind.NotFound));

        Task<ObjectResult> WithAsync(string name, string body) =>
            ChangeAsync(Database, new(ObjectVerb.Patch, "organizations", name, Json(body)) { Rights = rights });
    }

    [Test]
    public async Task A_transaction_that_does_not_commit_changes_nothing()
    {
        await ApplyAsync(Files);
        var generation = (await ReadBackAsync()).Generation;
        await using (var transaction = await Database.BeginAsync(Cancellation))
        {
            var change = new ObjectChange(ObjectVerb.Create, "scopes", null, Json("""{ "name": "a" }"""));
            Assert.That((await Objects.ChangeAsync(transaction, change, Cancellation)).Refusal, Is.Null);
        }

        Assert.That((await ReadBackAsync()).Generation, Is.EqualTo(generation));
        Assert.That(await Objects.FindAsync("scopes", "a", Cancellation), Is.Null);
    }

    private ConfigObjects Objects => On(Database);

    private ConfigObjects On(HubDatabase database) =>
        new(database, Protector, Hasher, Time, new ConfigContext(ConfigContext.Development, _ => null, Time));

    private Task<ObjectResult> CreateAsync(string section, string body) => ChangeAsync(ObjectVerb.Create, section, null, body);

    private Task<ObjectResult> ReplaceAsync(string section, string name, string body) =>
        ChangeAsync(ObjectVerb.Replace, section, name, body);

    private Task<ObjectResult> PatchAsync(string section, string name, string body) => ChangeAsync(ObjectVerb.Patch, section, name, body);

    private Task<ObjectResult> ChangeAsync(ObjectVerb verb, string section, string? name, string? body, string? tag = null) =>
        ChangeAsync(
            Database,
            new(verb, section, name, body is null ? null : Json(body)) { Admits = tag is null ? null : known => known == tag });

    private async Task<ObjectResult> ChangeAsync(HubDatabase node, ObjectChange change)
    {
        await using var transaction = await node.BeginAsync(Cancellation);
        var result = await On(node).ChangeAsync(transaction, change, Cancellation);
        if (result.Changed is not null)
            await transaction.CommitAsync(Cancellation);
        return result;
    }

    private async Task LetNobodyOwnAsync()
    {
        await using var context = NewContext();
        await context.ConfigObjects.ExecuteUpdateAsync(
            row => row.SetProperty(one => one.SourceFile, (string?)null).SetProperty(one => one.SourceLine, (int?)null));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text, new() { AllowDuplicateProperties = true });
}
