using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests;

public class ShippedConfigTests
{
    [Test]
    public void The_shipped_configuration_is_faultless_in_Development_without_any_environment_variable()
    {
        using var folder = new ConfigFolder();
        var result = folder.Load(ConfigFolder.Shipped(), ConfigContext.Development);
        Assert.That(result.Faults, Is.Empty);
        Assert.Multiple(() =>
        {
            Assert.That(
                result.Document!.Clients.Select(client => client.ClientId),
                Is.EqualTo(["demo-machine", "demo-web", "demo-spa", "demo-device", "abc123", "demo-desk", "partner-7", "demo-referrals"]));
            Assert.That(result.Document!.Users.Select(user => user.UserName), Is.EqualTo(["alice", "bob", "service_user"]));
        });
    }

    [Test]
    public void The_shipped_configuration_is_refused_in_production_because_its_secrets_are_public()
    {
        using var folder = new ConfigFolder();
        var faults = folder.Load(ConfigFolder.Shipped(), ConfigContext.Production).Faults;
        Assert.That(
            faults.Count(fault => fault.Message.StartsWith("plain: is for Development only", StringComparison.Ordinal)), Is.EqualTo(11));
    }

    [Test]
    public void Every_secret_and_every_user_of_the_shipped_configuration_is_known_as_such()
    {
        using var folder = new ConfigFolder();
        var document = folder.Load(ConfigFolder.Shipped(), ConfigContext.Development).Document!;
        byte[][] digests =
        [
            .. document
                .Clients.SelectMany(client => client.ClientSecrets)
                .Concat(document.ApiResources.SelectMany(resource => resource.ClientSecrets))
                .Select(secret => secret.Digest),
            .. document.ApiKeys.Select(key => key.Sha256),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(digests, Is.Not.Empty);
            Assert.That(digests.All(digest => DemoSecrets.Contains(digest)), Is.True);
            Assert.That(
                document.Tenants.SelectMany(tenant => tenant.ApiKeys).All(key => DemoSecrets.Contains(key.Value.Reveal())), Is.True);
            Assert.That(
                DemoSecrets.Users,
                Is.EqualTo(document.Users.Select(user => new DemoUser(user.Id, user.UserName, user.Email, user.Password!.Reveal()))));
            Assert.That(DemoSecrets.Contains(System.Security.Cryptography.SHA512.HashData("demo-machine-secret"u8)), Is.True);
            Assert.That(DemoSecrets.Contains("demo-machine-secret2"), Is.False);
        });
    }

    [Test]
    public void Every_shipped_file_tells_editors_where_its_schema_is()
    {
        foreach (var file in Directory.EnumerateFiles(ConfigFolder.Shipped(), "*.yaml", SearchOption.AllDirectories))
            Assert.That(File.ReadLines(file).First(), Is.EqualTo("# yaml-language-server: $schema=./schema.json"), file);
    }

    [Test]
    public void The_examples_of_the_page_about_claims_are_faultless_together()
    {
        var page = File.ReadAllText(SourceTree.PathOf("docs/claims.md"));
        using var folder = new ConfigFolder();
        folder.Environment["BILLING_SECRET"] = "some-long-secret-of-billing";
        foreach (var (index, block) in Regex.Matches(page, "^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Index())
            folder.With($"{index}.yaml", block.Groups[1].Value);

        var loaded = folder.Load(ConfigContext.Production);

        Assert.That(loaded.Faults, Is.Empty);
        Assert.That((loaded.Document!.Claims.Count, loaded.Document.Clients.Count), Is.EqualTo((4, 1)));
    }

    [Test]
    public void The_schema_is_what_the_types_say()
    {
        var path = Path.Combine(ConfigFolder.Shipped(), "schema.json");
        var generated = ConfigSchema.Generate();
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, generated);
        Assert.That(
            File.ReadAllText(path), Is.EqualTo(generated),
            "Look at the difference, then run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1.");
    }
}
