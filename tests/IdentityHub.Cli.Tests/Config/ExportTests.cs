using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Config;

public class ExportTests
{
    private const string Files =
        """
        # What we need.
        scopes: [{ name: one }]
        tenants: [{ alias: acme, api_keys: [{ value: env:ACME_KEY }] }]
        clients:
          - client_id: web
            grant_types: [client_credentials]
            client_secrets: [{ value: env:WEB_SECRET }]
            scope: one
        """;

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task What_is_exported_is_planned_to_nothing_and_holds_no_secret([Values] DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .With("WEB_SECRET", "hush-hush-web")
            .With("ACME_KEY", "hush-hush-acme-0123456789-0123456789")
            .WithFile("config/sub/a.yaml", Files);
        await _hub.RunAsync("config", "apply");
        var exported = await _hub.RunAsync("config", "export", "out");
        var text = await File.ReadAllTextAsync(Path.Combine(_hub.Folder, "out/sub/a.yaml"));
        var plan = await _hub.With("HUB_TENANTS_ACME_API_KEYS_1_VALUE", "hush-hush-acme-0123456789-0123456789")
            .RunAsync("config", "plan", "out");
        var again = await _hub.RunAsync("config", "export", "config");

        Assert.Multiple(() =>
        {
            Assert.That(
                exported.Output,
                Is.EqualTo(
                    "written    sub/a.yaml\nSet HUB_TENANTS_ACME_API_KEYS_1_VALUE to the secret that is needed itself: it is not "
                        + "written.\n1 written, 0 unchanged in 'out'."),
                exported.Error);
            Assert.That(text, Does.Contain("value: sha256:").And.Not.Contain("hush"));
            Assert.That((plan.ExitCode, plan.Error), Is.EqualTo((0, "")), plan.Output);
            Assert.That(again.Output, Is.EqualTo("unchanged  sub/a.yaml\n0 written, 1 unchanged in 'config'."));
            Assert.That(File.ReadAllText(Path.Combine(_hub.Folder, "config/sub/a.yaml")), Is.EqualTo(Files));
        });
    }

    [Test]
    public async Task Files_with_a_fault_or_a_file_in_place_of_a_folder_are_refused()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .WithFile("out/a.yaml", "scopes: 7");
        var faulty = await _hub.RunAsync("config", "export", "out");
        var file = await _hub.RunAsync("config", "export", "out/a.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(faulty.ExitCode, Is.EqualTo(1));
            Assert.That(faulty.Error, Does.StartWith("out/a.yaml(1,9): ").And.EndsWith("Mend them, or name another folder."));
            Assert.That(
                (file.ExitCode, file.Error),
                Is.EqualTo((1, "'out/a.yaml' is no folder: name the folder that the files are written into.")));
        });
    }
}
