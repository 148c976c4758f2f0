using System.Text.Json;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Config;

public class PlanTests
{
    private const string Before =
        """
        scopes:
          - { name: orders.read }
          - { name: orders.write }
        clients:
          - client_id: web
            grant_types: [authorization_code]
            redirect_uris: ["https://app.example.com/callback"]
            client_secrets: [{ value: env:WEB_SECRET }]
            scope: orders.read
        """;

    private const string After =
        """
        scopes:
          - { name: orders.read, display_name: Read your orders }
          - { name: orders.list }
        clients:
          - client_id: web
            grant_types: [authorization_code, refresh_token]
            redirect_uris: ["https://app.example.com/signed-in"]
            client_secrets: [{ value: env:WEB_SECRET }, { value: env:WEB_SECRET_2027, not_before: 2027-01-01T00:00:00Z }]
            scope: orders.read orders.list
            access_token_lifetime: 10m
        """;

    private const string Description = "All orders of the shop, those that were sent back and those that were never paid left out";

    private static readonly string LongAddress = $"https://app.example.com/{new string('x', 230)}/signed-in";

    private readonly HubShell _hub = new();

    [SetUp]
    public void SetKey() => _hub.WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
        .With("WEB_SECRET", "hush-hush-one").With("WEB_SECRET_2027", "hush-hush-two");

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task A_plan_looks_like_a_diff_and_exits_with_2_where_there_are_changes([Values] DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        _hub.WithFile("config/a.yaml", Before);
        var first = await _hub.RunAsync("config", "plan");
        await _hub.RunAsync("config", "apply");
        var nothing = await _hub.RunAsync("config", "plan");
        _hub.WithFile("next/a.yaml", After);
        var changes = await _hub.RunAsync("config", "plan", "next", "--prune");
        var kept = await _hub.With("COLUMNS", "200").RunAsync("config", "plan", "next");

        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.EqualTo(2), first.Error);
            Assert.That(first.Output, Does.EndWith("3 to create, 0 to change, 0 to delete, 0 kept; nothing was applied before"));
            Assert.That((nothing.ExitCode, nothing.Error), Is.EqualTo((0, "")));
            Assert.That(nothing.Output, Does.StartWith("0 to create, 0 to change, 0 to delete, 0 kept; generation "));
            Assert.That((changes.ExitCode, changes.Error), Is.EqualTo((2, "")));
            Assert.That(kept.Output, Does.Contain("= scopes/orders.write (a.yaml:3) is no longer in the files; --prune deletes it"));
            Assert.That(changes.Output + first.Output, Does.Not.Contain("hush"));
        });
        Golden.Verify("plan", changes.Output);
    }

    [TestCase(80)]
    [TestCase(200)]
    public async Task A_plan_with_long_values_is_whole_in_lines_as_wide_as_the_terminal_and_in_one_piece_as_JSON(int width)
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        _hub.WithFile("config/a.yaml", Before.Replace("{ name: orders.read }", $"{{ name: orders.read, description: '{Description}' }}"));
        await _hub.RunAsync("config", "apply");
        _hub.WithFile("config/a.yaml", "api_resources: [{ name: orders }]").WithFile(
            "config/teams/a-team-with-a-long-name/applications/of-the-web/clients.yaml",
            After.Replace("display_name: Read your orders", $"description: '{Description} {Description}'")
                .Replace("https://app.example.com/signed-in", LongAddress))
            .With("COLUMNS", $"{width}");
        var plan = await _hub.RunAsync("config", "plan");
        var json = await _hub.RunAsync("config", "plan", "--json");

        Assert.Multiple(() =>
        {
            Assert.That((plan.ExitCode, plan.Error), Is.EqualTo((2, "")));
            Assert.That(plan.Output.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(width));
            Assert.That(
                string.Concat(plan.Output.Where(sign => !char.IsWhiteSpace(sign))),
                Does.Contain(LongAddress)
                    .And.Contain(string.Concat($"{Description}→{Description}{Description}".Where(sign => sign != ' '))));
            Assert.That(json.Output, Does.Contain($"\"{LongAddress}\"").And.Contain($"\"{Description} {Description}\""));
        });
        Golden.Verify($"plan-{width}", plan.Output);
    }

    [Test]
    public async Task A_plan_file_is_carried_out_exactly_and_refused_once_the_database_has_moved_on([Values] DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        _hub.WithFile("config/a.yaml", Before);
        var planned = await _hub.RunAsync("config", "plan", "--out", "release.plan");
        _hub.WithFile("config/a.yaml", "scopes: 7");
        var applied = await _hub.RunAsync("config", "apply", "release.plan");
        var again = await _hub.RunAsync("config", "apply", "release.plan");

        Assert.Multiple(() =>
        {
            Assert.That(planned.Output, Does.EndWith("carry it out with: hub config apply 'release.plan'"));
            Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")));
            Assert.That(applied.Output, Does.Contain("3 created, 0 changed"));
            Assert.That(again.ExitCode, Is.EqualTo(1));
            Assert.That(
                again.Error, Does.StartWith("The configuration in the database is another").And.EndsWith("hub config plan --out FILE"));
        });
        if (!OperatingSystem.IsWindows())
            Assert.That(
                File.GetUnixFileMode(Path.Combine(_hub.Folder, "release.plan")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_plan_file_that_was_edited_is_missing_or_is_none_is_refused()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        _hub.WithFile("config/a.yaml", Before);
        await _hub.RunAsync("config", "plan", "--out", "release.plan");
        var text = await File.ReadAllTextAsync(Path.Combine(_hub.Folder, "release.plan"));
        _hub.WithFile("edited.plan", text.Replace("app.example.com", "evil.example.com", StringComparison.Ordinal));

        var edited = await _hub.RunAsync("config", "apply", "edited.plan");
        var missing = await _hub.RunAsync("config", "apply", "missing.plan");
        var folder = await _hub.RunAsync("config", "apply", "config");
        var none = await _hub.RunAsync("config", "apply", "config/a.yaml");
        var options = await _hub.RunAsync("config", "apply", "release.plan", "--prune");
        Assert.Multiple(() =>
        {
            Assert.That(
                (edited.ExitCode, edited.Error),
                Is.EqualTo(
                    (1,
                        "The plan was edited, or made with another key file than this one. Nothing was changed. Make it again: hub config "
                            + "plan --out FILE")));
            Assert.That(
                (missing.ExitCode, missing.Error),
                Is.EqualTo((1, "There is no file 'missing.plan'. Make a plan: hub config plan --out 'missing.plan'")));
            Assert.That(
                (folder.ExitCode, folder.Error),
                Is.EqualTo((1, "'config' is a folder; a plan file is needed here. For a folder: hub config apply --config 'config'")));
            Assert.That(
                (none.ExitCode, none.Error),
                Is.EqualTo((1, "The file is no plan. Nothing was changed. Make one: hub config plan --out FILE")));
            Assert.That(
                (options.ExitCode, options.Error),
                Is.EqualTo((1, "The plan already says what is deleted and what is written: leave out --prune and --config.")));
        });
    }

    [Test]
    public async Task Faults_and_a_wrong_command_line_exit_with_1_so_that_nobody_takes_them_for_changes()
    {
        _hub.WithFile("config/a.yaml", "scopes: 7");
        foreach (var command in new[] { "plan", "diff" })
        {
            var faults = await _hub.RunAsync("config", command);
            var mistyped = await _hub.RunAsync("config", command, "--prun");
            var noFolder = await _hub.RunAsync("config", command, "nowhere");
            Assert.Multiple(() =>
            {
                Assert.That((faults.ExitCode, faults.Output), Is.EqualTo((1, "")));
                Assert.That(faults.Error, Does.StartWith("config/a.yaml(1,9): "));
                Assert.That(mistyped.ExitCode, Is.EqualTo(1));
                Assert.That(noFolder.ExitCode, Is.EqualTo(1));
                Assert.That(noFolder.Error, Does.StartWith("nowhere: no such directory"));
            });
        }
    }

    [Test]
    public async Task Plan_and_apply_answer_in_JSON_too()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        _hub.WithFile("config/a.yaml", Before);
        await _hub.RunAsync("config", "apply");
        _hub.WithFile("config/a.yaml", After);
        var plan = JsonDocument.Parse((await _hub.RunAsync("config", "plan", "--prune", "--json")).Output).RootElement;
        var applied = JsonDocument.Parse((await _hub.RunAsync("config", "apply", "--prune", "--json")).Output).RootElement;

        var changes = plan.GetProperty("changes").EnumerateArray().ToList();
        Assert.That(
            changes.Select(change =>
                $"{change.GetProperty("action")} {change.GetProperty("kind")} {change.GetProperty("name")} {change.GetProperty("source")}"),
            Is.EqualTo([
                "change scopes orders.read a.yaml:2", "create scopes orders.list a.yaml:3", "change clients web a.yaml:5",
                "delete scopes orders.write a.yaml:3",
            ]));
        Assert.That(changes[0].GetProperty("keys")[0].GetProperty("new").GetString(), Is.EqualTo("Read your orders"));
        Assert.That(changes[2].GetProperty("keys").GetRawText(), Does.Contain("secret 2 added").And.Not.Contain("sha256"));
        Assert.That(applied.GetProperty("generation").GetString(), Has.Length.EqualTo(64));
        Assert.That(applied.GetProperty("changes").GetArrayLength(), Is.EqualTo(4));
    }

    [Test]
    public async Task Drift_exits_with_2_and_is_shown_also_where_it_was_made_by_hand([Values] DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        _hub.WithFile("config/a.yaml", Before);
        await _hub.RunAsync("config", "apply");
        var none = await _hub.RunAsync("config", "diff");
        await using (var storage = database.Open())
            await storage
                .Call(
                    "UPDATE config_objects SET document = replace(document, '\"display_name\"', '\"x\"'), source_line = source_line WHERE "
                        + "kind = 'scopes'")
                .ExecuteAsync(default);
        await using (var storage = database.Open())
            await storage
                .Call("UPDATE config_objects SET document = replace(document, '/callback', '/stolen') WHERE kind = 'clients'")
                .ExecuteAsync(default);
        var byHand = await _hub.RunAsync("config", "diff");
        _hub.WithFile("config/a.yaml", After);
        var json = await _hub.RunAsync("config", "diff", "--json");

        Assert.Multiple(() =>
        {
            Assert.That((none.ExitCode, none.Output), Is.EqualTo((0, "The database holds what the files say.")), none.Error);
            Assert.That(byHand.ExitCode, Is.EqualTo(2));
            Assert.That(
                byHand.Output,
                Does.Contain("~ clients/web (a.yaml:5)\n").And.Contain("    redirect_uris[]: - https://app.example.com/stolen\n")
            );
            Assert.That(json.ExitCode, Is.EqualTo(2));
            Assert.That(JsonDocument.Parse(json.Output).RootElement.GetProperty("drift").GetArrayLength(), Is.EqualTo(4));
        });
    }

    [Test]
    public async Task The_schema_is_that_of_the_repository()
    {
        var schema = await _hub.RunAsync("config", "schema");
        Assert.That(
            (schema.ExitCode, schema.Output),
            Is.EqualTo((0, (await File.ReadAllTextAsync(SourceTree.PathOf("config/schema.json"))).TrimEnd())));
    }

    private async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString);
        return database;
    }
}
