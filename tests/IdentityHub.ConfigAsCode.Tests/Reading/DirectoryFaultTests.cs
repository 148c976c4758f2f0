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

    [Test]
    public void A_link_that_leads_back_is_a_fault_and_every_file_is_read_once()
    {
        using var folder = new ConfigFolder().With("teams/scopes.yaml", "scopes: [{ name: one }]");
        Directory.CreateSymbolicLink(Path.Combine(folder.DirectoryPath, "teams", "up"), folder.DirectoryPath);
        Directory.CreateSymbolicLink(Path.Combine(folder.DirectoryPath, "teams", "here"), ".");

        Assert.That(
            folder.Load().Faults.Select(fault => fault.ToString()),
            Is.EquivalentTo([
                "config/teams/here: is a link to a folder that it lies in; remove it",
                "config/teams/up: is a link to a folder that it lies in; remove it",
            ]));
        Assert.That(ConfigLoader.FilesBelow(folder.DirectoryPath).Select(file => file.Name), Is.EqualTo(["scopes.yaml"]));
    }

    [Test]
    public void Links_to_other_files_and_folders_are_followed()
    {
        using var folder = new ConfigFolder().With("a.yaml", "scopes: [{ name: one }]");
        using var other = new ConfigFolder().With("b.yaml", "scopes: [{ name: two }]").With("deep/c.yaml", "scopes: [{ name: three }]");
        Directory.CreateSymbolicLink(Path.Combine(folder.DirectoryPath, "shared"), other.DirectoryPath);

        var result = folder.Load();

        Assert.That(result.Faults, Is.Empty);
        Assert.That(result.Document!.Scopes.Select(scope => scope.Name), Is.EquivalentTo(["one", "two", "three"]));
    }

    [Test]
    public void A_link_to_nothing_or_to_itself_is_named()
    {
        using var folder = new ConfigFolder().With("a.yaml", "scopes: [{ name: one }]");
        File.CreateSymbolicLink(Path.Combine(folder.DirectoryPath, "gone.yaml"), "/no/such/file.yaml");
        File.CreateSymbolicLink(Path.Combine(folder.DirectoryPath, "self.yaml"), "self.yaml");

        Assert.That(
            folder.Load().Faults.Select(fault => fault.ToString()),
            Is.EqualTo([
                "config/gone.yaml: cannot be read: there is no such file, or it is a link to none",
                "config/self.yaml: cannot be read: it lies on a disk that fails, or is a link that leads to itself",
            ]));
    }

    [Test]
    [Platform(Exclude = "Win")]
    [CancelAfter(60_000)]
    public void A_pipe_holds_up_nothing()
    {
        using var folder = new ConfigFolder().With("a.yaml", "scopes: [{ name: one }]");
        using var make = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder.DirectoryPath, "pipe.yaml"));
        make.WaitForExit();

        Assert.That(folder.Load().Document!.Scopes.Select(scope => scope.Name), Is.EqualTo(["one"]));
    }
}
