using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Reading;

public class DirectoryFaultTests
{
    [Test]
    public void A_directory_that_does_not_exist()
    {
        using var folder = new ConfigFolder();
        var result = folder.Load(Path.Combine(folder.DirectoryPath, "elsewhere"), ConfigContext.Development);
        Assert.That(
            result.Faults.Single().ToString(),
            Is.EqualTo("elsewhere: no such directory; set IdentityHub:ConfigDirectory to the one that holds the configuration files"));
    }

    [Test]
    public void A_directory_without_configuration_files()
    {
        using var folder = new ConfigFolder()
            .With("schema.json", "{}")
            .With("README.md", "#")
            .With("templates/mail.yaml", "a: b")
            .With(".hidden/x.yaml", "a: b");
        Assert.That(folder.Load().Faults.Single().ToString(), Is.EqualTo("config: holds no .yaml, .yml or .json file"));
    }

    [Test]
    public void A_file_in_a_folder_is_named_with_its_folder()
    {
        using var folder = new ConfigFolder().With("teams/orders/clients.yml", "client: []");
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/teams/orders/clients.yml(1,1): client: unknown key; did you mean 'clients'?"));
    }
}
