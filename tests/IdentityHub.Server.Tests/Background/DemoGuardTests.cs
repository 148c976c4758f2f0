using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Background;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>Production does not start with secrets that everybody knows, however they came into its database.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "L8")]
public class DemoGuardTests(DatabaseKind kind)
{
    private const string Users =
        """
        users:
          - { id: 44444444-4444-4444-8444-444444444444, user_name: alice, password: "plain:Her-Own-Pass-1234" }
          - { id: 55555555-5555-4555-8555-555555555555, user_name: bobby, email: BOB@example.com, password: "plain:Bob-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: renamed, password: "plain:xxxyyy-service" }
          - { id: 66666666-6666-4666-8666-666666666666, user_name: carol, password: "plain:Alice-Pass-1234" }
        """;

    [Test]
    public async Task L8_Production_does_not_start_with_secrets_and_users_of_the_demo_files()
    {
        await using var installation = await Installation.CreateAsync("", kind);
        foreach (var file in Directory.GetFiles(SourceTree.PathOf("config"), "*.yaml"))
            File.Copy(file, Path.Combine(installation.ConfigDirectory, Path.GetFileName(file)));
        await ApplyAsync(installation);

        (string, string)[] production = [("IdentityHub:Stage", "production"), ("IdentityHub:Passwords:Iterations", "220000")];
        var refusal = Assert.ThrowsAsync<InvalidOperationException>(() => kind == DatabaseKind.Postgres
            ? installation.StartProcessAsync(production)
            : installation.StartNodeAsync(TimeProvider.System, settings: production))!.Message;

        Assert.Multiple(() =>
        {
            foreach (var holder in new[]
                {
                    "Client 'demo-machine'", "Client 'partner-7'", "API resource 'orders'", "API key 'dialer'", "Tenant 'test_abc'",
                })
                Assert.That(refusal, Does.Match($"{holder} has a secret of the files that are shipped .* hub config apply"));
            foreach (var user in new[] { "alice", "bob", "service_user" })
                Assert.That(refusal, Does.Match($"User '{user}' has the password .* hub users password {user}"));
            Assert.That(refusal, Does.Not.Contain("   at ").And.Not.Contain("Alice-Pass-1234").And.Not.Contain("demo-machine-secret"));
        });
    }

    [Test]
    public async Task L8_Of_the_users_those_with_a_demo_password_and_a_name_or_an_address_or_an_id_of_a_demo_user_are_found()
    {
        await using var installation = await Installation.CreateAsync(Users, kind);
        await ApplyAsync(installation);
        var database = installation.Database.Open();
        var guard = new DemoGuard(new ClientRegistry(), database, new UserPasswordHasher(1000));

        var refusal = Assert.ThrowsAsync<InvalidDataException>(() => guard.CheckAsync(default))!.Message;

        Assert.That(refusal.Split('\n').Select(line => line.Split('\'')[1]), Is.EquivalentTo(new[] { "bobby", "renamed" }));
        await database.Call("UPDATE users SET password_hash = NULL WHERE user_name = 'bobby'").ExecuteAsync(default);
        await database.Call("UPDATE users SET disabled_at = created_at WHERE user_name = 'renamed'").ExecuteAsync(default);
        Assert.DoesNotThrowAsync(() => guard.CheckAsync(default));
    }

    // As an older version, or a copied database, may have left it.
    private static async Task ApplyAsync(Installation installation)
    {
        var loaded = ConfigLoader.Load(
            installation.ConfigDirectory, new ConfigContext("development", static _ => null, TimeProvider.System));
        using var key = KeyProtector.FromFile(installation.KeyFile, createIfMissing: false);
        var applied = await new ConfigApplier(installation.Database.Open(), key, new UserPasswordHasher(1000), TimeProvider.System)
            .ApplyAsync(loaded.Document!, "production", prune: false, default);
        Assert.That(applied.Refusals, Is.Empty);
    }
}
