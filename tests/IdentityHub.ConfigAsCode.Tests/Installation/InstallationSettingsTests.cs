using IdentityHub.ConfigAsCode.Installation;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Installation;

public class InstallationSettingsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-settings-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Files_beside_the_program_are_read_the_one_of_the_environment_last()
    {
        Write("appsettings.json", """
            {
              // The files of the framework may have comments.
              "ConnectionStrings": { "IdentityHub": "Host=first" },
              "IdentityHub": { "ConfigDirectory": "/etc/hub", "KeyProtection": { "KeyFile": "/etc/hub.key" } }
            }
            """);
        Write("appsettings.Production.json", """{ "ConnectionStrings": { "IdentityHub": "Host=second" } }""");
        Write("appsettings.Development.json", """{ "ConnectionStrings": { "IdentityHub": "Host=third" } }""");

        var settings = InstallationSettings.Read(_folder);

        Assert.That(
            (settings.ConnectionString, settings.ConfigDirectory, settings.KeyFile, settings.Stage),
            Is.EqualTo(("Host=second", "/etc/hub", "/etc/hub.key", "production")));
    }

    [Test]
    public void The_environment_wins_over_the_files()
    {
        const string Variable = "IdentityHub__OnlyInThisTest";
        Write("appsettings.json", """{ "IdentityHub": { "OnlyInThisTest": "file" } }""");

        Environment.SetEnvironmentVariable(Variable, "environment");
        try
        {
            Assert.That(InstallationSettings.Read(_folder).Find("IdentityHub:OnlyInThisTest"), Is.EqualTo("environment"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Test]
    public void An_option_wins_over_everything()
    {
        Write("appsettings.json", """{ "IdentityHub": { "Stage": "staging", "ConfigDirectory": "/etc/hub" } }""");

        var settings = InstallationSettings.Read(_folder, KeyValuePair.Create(InstallationSettings.StageKey, (string?)"development"));

        Assert.That(
            (settings.Stage, settings.Issuer, settings.ConfigDirectory), Is.EqualTo(("development", "http://localhost:5080", "/etc/hub")));
    }

    [Test]
    public void Without_files_the_defaults_hold()
    {
        var settings = InstallationSettings.Read(_folder);

        Assert.That(
            (settings.ConnectionString, settings.ConfigDirectory, settings.NamedKeyFile, settings.KeyFile, settings.Issuer),
            Is.EqualTo(("Data Source=data/identityhub.db", "config", (string?)null, "data/hub.key", (string?)null)));
    }

    [TestCase("Staging", null, "staging")]
    [TestCase("Staging", "production", "production")]
    [TestCase("Staging", "", "staging")]
    public void The_stage_is_the_one_that_was_set_or_the_environment(string environment, string? set, string stage) =>
        Assert.That(Of(environment, ("IdentityHub:Stage", set)).Stage, Is.EqualTo(stage));

    [TestCase("Development", null, "http://localhost:5080")]
    [TestCase("Development", "https://id.example", "https://id.example")]
    [TestCase("Production", null, null)]
    public void The_issuer_has_a_default_in_Development_only(string environment, string? set, string? issuer) =>
        Assert.That(Of(environment, ("IdentityHub:Issuer", set)).Issuer, Is.EqualTo(issuer));

    [Test]
    public void A_file_that_cannot_be_read_is_named()
    {
        Write("appsettings.json", "{");

        Assert.That(
            () => InstallationSettings.Read(_folder),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains(Path.Combine(_folder, "appsettings.json")));
    }

    private static InstallationSettings Of(string environment, (string Key, string? Value) setting) =>
        new(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting.Key, setting.Value)]).Build(), environment);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
