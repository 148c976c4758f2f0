using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary>Attributes that the configuration defines, as an operator applies, writes, finds, imports and exports them.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class UserAttributeTests(DatabaseKind kind)
{
    private const string Config =
        """
        user_attributes:
          - { name: number, type: integer, unique: true, searchable: true }
          - { name: colours, type: enum, values: [red, green, blue], list: true }
          - { name: plan, type: string, max_length: 10, required: true }

        """;

    private static readonly string[] AliceLine =
        ["""{"user_name":"alice","attributes":{"number":4711,"colours":["red","blue"],"plan":"gold"}}"""];

    private readonly HubShell _hub = new();
    private Installation _installation = null!;
    private HubResult _imported = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _hub.With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString).With("COLUMNS", "120");
        Assert.That((await ApplyAsync(_installation.ConfigDirectory)).ExitCode, Is.Zero);
        await File.WriteAllLinesAsync(Path.Combine(_hub.Folder, "people.jsonl"), AliceLine);
        await File.WriteAllTextAsync(
            Path.Combine(_hub.Folder, "people.csv"),
            """
            user_name,attributes.number,attributes.colours,attributes.plan
            bob,12,"green
            red",silver
            twin,12,,silver
            carol,4711,,gold
            dave,x,pink,gold
            erin,,,
            frank,,,much too long for it

            """.ReplaceLineEndings("\n"));
        Assert.That((await _hub.RunAsync("users", "import", "people.jsonl")).Output, Does.StartWith("Done: 1 imported"));
        _imported = await _hub.RunAsync("users", "import", "people.csv");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task A_table_is_imported_as_far_as_its_attributes_are_possible_and_each_reject_says_why()
    {
        var rejects = await File.ReadAllTextAsync(Path.Combine(_hub.Folder, "people.csv.rejects.csv"));

        Assert.That((_imported.ExitCode, _imported.Output), Is.EqualTo((1, "Done: 1 imported, 0 there already, 5 rejected.")));
        Assert.That(rejects, Does.Contain("The value '12' of the attribute 'number' belongs to another user.")
            .And.Contain("The value '4711' of the attribute 'number' belongs to another user.")
            .And.Contain("The attribute 'number' must be a whole number of up to 16 digits.")
            .And.Contain("The attribute 'colours' must be one of red, green, blue.")
            .And.Contain("The attribute 'plan' is missing.")
            .And.Contain("The attribute 'plan' must be text of 1 to 10 characters without control characters."));
    }

    [Test]
    public async Task Users_are_found_by_a_searchable_attribute_and_shown_with_all()
    {
        var found = await _hub.RunAsync("users", "list", "--attribute", "number=4711", "--json");
        var none = await _hub.RunAsync("users", "list", "--attribute", "number=1", "--json");
        var wrong = await _hub.RunAsync("users", "list", "--attribute", "number=one");
        var hidden = await _hub.RunAsync("users", "list", "--attribute", "plan=gold");
        var unknown = await _hub.RunAsync("users", "list", "--attribute", "plam=gold");
        var shown = await _hub.RunAsync("users", "show", "alice", "--json");

        Assert.That(JsonDocument.Parse(found.Output).RootElement.GetProperty("user_name").GetString(), Is.EqualTo("alice"));
        Assert.That(none.Output, Is.Empty);
        Assert.That(wrong.Error, Is.EqualTo("The attribute 'number' must be a whole number of up to 16 digits."));
        Assert.That(hidden.Error, Does.StartWith("The attribute 'plan' is not searchable"));
        Assert.That(unknown.Error, Is.EqualTo("There is no user attribute 'plam'; these there are: colours, number, plan."));
        Assert.That(
            JsonSerializer.Serialize(JsonDocument.Parse(shown.Output).RootElement.GetProperty("attributes")),
            Is.EqualTo("""{"colours":["blue","red"],"number":4711,"plan":"gold"}"""));
    }

    [Test]
    public async Task Attributes_are_changed_all_or_none_and_in_the_audit_trail()
    {
        var changed = await _hub.RunAsync("users", "attributes", "bob", "number=13", "colours=green", "colours=blue");
        var taken = await _hub.RunAsync("users", "attributes", "bob", "number=4711", "--remove", "colours");
        var needed = await _hub.RunAsync("users", "attributes", "bob", "--remove", "plan");
        var after = await _hub.RunAsync("users", "attributes", "bob", "--json");

        Assert.That(
            (changed.ExitCode, changed.Output.ReplaceLineEndings("\n")),
            Is.EqualTo((0, "colours  blue, green\nnumber   13\nplan     silver")), changed.Error);
        Assert.That(taken.Error, Is.EqualTo("The value of the attribute 'number' belongs to another user. Nothing has changed."));
        Assert.That(needed.Error, Is.EqualTo("The attribute 'plan' is required."));
        Assert.That(JsonDocument.Parse(after.Output).RootElement.GetProperty("colours").GetArrayLength(), Is.EqualTo(2));
        await using var context = _installation.Database.NewContext();
        Assert.That(
            await context.AuditEvents
                .Where(row => row.Type == "profile.changed" && context.Users.Any(user => user.Id == row.UserId && user.UserName == "bob"))
                .Select(row => row.Detail).ToListAsync(),
            Is.EqualTo(["attributes changed by hub users attributes: number, colours"]));
    }

    [Test]
    public async Task A_user_is_made_with_attributes_or_not_at_all()
    {
        var made = await CreateAsync("hugo", "number=99", "colours=red", "colours=blue", "plan=copper");
        var without = await CreateAsync("ines", "number=100");
        var taken = await CreateAsync("ines", "number=99", "plan=tin");
        var wrong = await CreateAsync("ines", "colours=pink", "plan=gold");
        var unknown = await CreateAsync("ines", "plan=gold", "size=1");
        var nothing = await CreateAsync("ines", "plan");
        var shown = await _hub.RunAsync("users", "attributes", "hugo", "--json");

        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(
            JsonSerializer.Serialize(JsonDocument.Parse(shown.Output).RootElement),
            Is.EqualTo("""{"colours":["blue","red"],"number":99,"plan":"copper"}"""));
        Assert.That(without.Error, Is.EqualTo("A user must have the attribute plan: give each with --attribute name=value."));
        Assert.That(taken.Error, Is.EqualTo("The value '99' of the attribute 'number' belongs to another user."));
        Assert.That(wrong.Error, Is.EqualTo("The attribute 'colours' must be one of red, green, blue."));
        Assert.That(unknown.Error, Is.EqualTo("There is no user attribute 'size'; these there are: colours, number, plan."));
        Assert.That(nothing.Error, Is.EqualTo("'plan' is no attribute: it must be like name=value."));
        Assert.That((await _hub.RunAsync("users", "show", "ines")).ExitCode, Is.EqualTo(1), "nothing is left of a refused user");

        Task<HubResult> CreateAsync(string name, params string[] attributes) => _hub.RunWithInputAsync(
            "correct horse battery\n",
            ["users", "create", name, "--password-stdin", .. attributes.SelectMany(one => new[] { "--attribute", one })]);
    }

    [Test]
    public async Task What_is_exported_is_imported_again()
    {
        var exported = await _hub.RunAsync("users", "export");

        Assert.That(
            exported.Output,
            Does.Contain(""""user_name":"alice","attributes":{"colours":["blue","red"],"number":4711,"plan":"gold"}""""));
    }

    [Test]
    public async Task An_attribute_becomes_unique_only_while_no_two_users_have_the_same_value()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_hub.Folder, "more.jsonl"), ["""{"user_name":"gina","attributes":{"plan":"gold"}}"""]);
        await _hub.RunAsync("users", "import", "more.jsonl");
        var folder = Path.Combine(_hub.Folder, "unique");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "hub.yaml"), Config.Replace("required: true", "required: true, unique: true", StringComparison.Ordinal));

        var refused = await ApplyAsync(folder);
        var changed = await _hub.RunAsync("users", "attributes", "gina", "plan=bronze");
        var applied = await ApplyAsync(folder);
        var taken = await _hub.RunAsync("users", "attributes", "gina", "plan=gold");

        Assert.That(refused.Error, Does.Contain("The user attribute 'plan' is to be unique, and several users have the same value"));
        Assert.That((changed.ExitCode, applied.ExitCode, taken.ExitCode), Is.EqualTo((0, 0, 1)), applied.Error);
    }

    private Task<HubResult> ApplyAsync(string folder) =>
        _hub.RunAsync("config", "apply", "--config", folder, "--stage", "development", "--key-file", _installation.KeyFile);
}
