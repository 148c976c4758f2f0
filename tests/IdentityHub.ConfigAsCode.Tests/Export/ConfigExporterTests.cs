using System.Text.Json;
using IdentityHub.ConfigAsCode.Tests.Apply;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Export;

public class ConfigExporterTests(DatabaseKind kind) : ApplyTests(kind)
{
    private const string Commented =
        """
        # Head of the file.
        scopes:
          # About a.
          - { name: a }   # behind a
          # About b.
          - { name: b, display_name: Old }

          - name: c # about c

        # About roles.
        roles: [{ name: reader }]
        # Foot of the file.

        """;

    [Test]
    public async Task Every_key_goes_from_a_file_into_the_database_and_back()
    {
        using var folder = new ConfigFolder().With("full.yaml", EveryKey.Yaml);
        await ApplyAsync(Load(folder));
        using var exported = new ConfigFolder();
        var export = await ExportAsync(exported);
        exported.Environment["HUB_TENANTS_CUSTOMER_API_KEYS_1_VALUE"] = EveryKey.TenantKey;
        exported.Environment[export.Variables.Single(name => name.StartsWith("HUB_USERS_", StringComparison.Ordinal))] = EveryKey.Password;

        Assert.That(export.Variables, Has.Count.EqualTo(2));
        Assert.That(
            string.Concat(export.Files.Values),
            Does.Not.Contain("plain:").And.Not.Contain(EveryKey.TenantKey).And.Not.Contain(EveryKey.Password));
        Assert.That((await PlanAsync(Load(exported))).Changes, Is.Empty, string.Concat(export.Files.Values));
    }

    [Test]
    public void The_file_of_every_key_has_every_key()
    {
        using var folder = new ConfigFolder().With("full.yaml", EveryKey.Yaml);
        var (all, set) = (new HashSet<string>(), new HashSet<string>());
        foreach (var written in new ConfigObjectWriter(Protector).Write(Load(folder)))
        {
            using var document = JsonDocument.Parse(written.Fingerprint);
            var name = written.Kind == ConfigKind.Dialects ? $"dialects.{written.Name}" : written.Kind;
            Collect(ObjectShape.Of(written.Definition.GetType()), document.RootElement, name, all, set);
        }

        Assert.That(
            ConfigKind.All.Where(section => all.All(path => !path.StartsWith(section.Name, StringComparison.Ordinal))), Is.Empty,
            "a section without an object");
        Assert.That(all.Except(set), Is.Empty, "give these keys a value other than their default in EveryKey.Yaml");
    }

    [Test]
    public async Task Files_that_are_equal_are_not_touched()
    {
        using var folder = new ConfigFolder().With("a.yaml", Commented).With("sub/b.yaml", "organizations: [{ id: acme, name: Acme }]");
        await ApplyAsync(Load(folder));
        var export = await ExportAsync(folder);

        Assert.That(export.Files, Is.Empty);
        Assert.That(export.Unchanged, Is.EquivalentTo(["a.yaml", "sub/b.yaml"]));
    }

    [Test]
    public async Task What_is_equal_in_a_file_that_changes_keeps_its_comments()
    {
        using var folder = new ConfigFolder().With("a.yaml", Commented);
        await ApplyAsync(
            "scopes: [{ name: a }, { name: b, display_name: \"New: 'b'\" }, { name: d }]\nroles: [{ name: reader }]\norganizations: [{ id: "
                + "acme, name: Acme }]");
        var export = await ExportAsync(folder);

        Assert.That(export.Files["a.yaml"], Is.EqualTo(
            """
            # Head of the file.
            scopes:
              # About a.
              - { name: a }   # behind a
              # About b.
              - name: b
                display_name: "New: 'b'"

            # About roles.
            roles: [{ name: reader }]
            # Foot of the file.

            """));
        Assert.That(export.Files["test.yaml"], Is.EqualTo("organizations:\n  - id: acme\n    name: Acme\nscopes:\n  - name: d\n"));
        Assert.That((await PlanAsync(Load(folder), prune: true)).Changes, Is.Empty);
    }

    [Test]
    public async Task Sources_of_secrets_in_the_files_are_kept_and_new_secrets_are_digests()
    {
        using var folder = new ConfigFolder().With("test.yaml", Client("env:ONE", "Old"));
        folder.Environment["ONE"] = "secret-one";
        await ApplyAsync(
            Client("plain:secret-one", "New")
                + "\n    # none\n"
                + Client("plain:secret-two", "Two")["clients:\n".Length..].Replace("web", "two", StringComparison.Ordinal));
        var text = (await ExportAsync(folder)).Files["test.yaml"];

        Assert.That(
            text,
            Does.Contain("[{ value: env:ONE }]").And.Contain("[{ value: sha256:").And.Contain("client_name: New").And.Not.Contain("secret-")
        );
        Assert.That((await PlanAsync(Load(folder))).Changes, Is.Empty);
    }

    [TestCase("../outside.yaml")]
    [TestCase("/outside.yaml")]
    [TestCase("schema.json")]
    [TestCase("a/../../b.yaml")]
    public async Task A_path_of_the_database_never_leads_out_of_the_folder(string path)
    {
        await ApplyAsync("scopes: [{ name: a }]");
        await Database.Call("UPDATE config_objects SET source_file = $1").With(path).ExecuteAsync(Cancellation);
        using var folder = new ConfigFolder();
        Assert.That((await ExportAsync(folder)).Files.Keys, Is.EqualTo([ConfigExporter.ApiFile]));
    }

    [Test]
    public async Task Faults_of_the_files_that_are_there_stop_the_export()
    {
        using var folder = new ConfigFolder().With("a.yaml", "scopes: 7");
        await ApplyAsync("scopes: [{ name: a }]");
        var export = await ExportAsync(folder);
        Assert.That((export.Files.Count, export.Faults.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_JSON_file_stays_one()
    {
        using var folder = new ConfigFolder().With("a.json", """{"scopes": [{"name": "a"}], "dialects": {"lsid": {"enabled": true}}}""");
        await ApplyAsync("scopes: [{ name: a, claims: [email] }]\ndialects: { lsid: { enabled: true, idle_timeout: 20m } }");
        var export = await ExportAsync(folder);

        Assert.That(
            JsonDocument
                .Parse(export.Files["a.json"])
                .RootElement.GetProperty("dialects")
                .GetProperty("lsid")
                .GetProperty("idle_timeout")
                .GetString(),
            Is.EqualTo("20m"));
        Assert.That((await PlanAsync(Load(folder))).Changes, Is.Empty);
    }

    private static string Client(string secret, string name) =>
        $"clients:\n  - client_id: web\n    client_name: {name}\n    grant_types: [client_credentials]\n    client_secrets: [{{ value: "
            + $"\"{secret}\" }}]\n";

    private static void Collect(ObjectShape shape, JsonElement? document, string path, HashSet<string> all, HashSet<string> set)
    {
        foreach (var key in shape.Keys)
        {
            var name = $"{path}.{key.Name}";
            var value = DocumentDiff.ValueOf(document, key);
            all.Add(name);
            if (value is { } found && !(DocumentDiff.ValueOf(null, key) is { } missing && JsonElement.DeepEquals(found, missing)))
                set.Add(name);
            if (key.Value is ObjectShape nested)
                Collect(nested, value, name, all, set);
            if (key.Value is ListShape { Item: ObjectShape item })
            {
                Collect(item, null, name, all, set);
                foreach (var element in value?.EnumerateArray().ToList() ?? [])
                    Collect(item, element, name, all, set);
            }
        }
    }

    private static ConfigDocument Load(ConfigFolder folder)
    {
        var loaded = folder.Load();
        Assert.That(loaded.Faults, Is.Empty);
        return loaded.Document!;
    }

    private Task<ConfigPlan> PlanAsync(ConfigDocument document, bool prune = false) =>
        new ConfigPlanner(Database, Protector).PlanAsync(document, ConfigContext.Development, prune, Cancellation);

    private async Task<ConfigExport> ExportAsync(ConfigFolder folder)
    {
        var context = new ConfigContext(ConfigContext.Development, folder.Environment.GetValueOrDefault, Time);
        var export = await new ConfigExporter(Database, Protector).ExportAsync(folder.DirectoryPath, context, Cancellation);
        foreach (var (name, text) in export.Files)
            folder.With(name, text);
        return export;
    }
}
