using IdentityHub.Deploy.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Deploy.Tests;

/// <summary>The Debian package: it is made from published programs, holds what it should, and what is in it runs.</summary>
public class PackageTests
{
    private string _folder = "";
    private string _package = "";

    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        _folder = Directory.CreateTempSubdirectory("hub-deb-").FullName;
        var (exitCode, output) = await Tool.RunAsync(
            new Dictionary<string, string?> { ["HUB_DEB_COMPRESSION"] = "none" }, "bash", Tool.Deploy("deb/build.sh"), "--server",
            OutputOf("IdentityHub.Server"), "--cli", OutputOf("IdentityHub.Cli"), _folder);
        Assert.That(exitCode, Is.Zero, output);
        _package = output.Trim();
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task It_holds_programs_units_and_settings_that_root_owns()
    {
        var (_, listed) = await Tool.RunAsync("dpkg-deb", "--contents", _package);
        var modes = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(parts => parts[5].TrimStart('.'), parts => (Mode: parts[0], Owner: parts[1]));

        Assert.Multiple(() =>
        {
            Assert.That(modes.Values.Select(entry => entry.Owner).Distinct(), Is.EqualTo(new[] { "root/root" }));
            Assert.That(modes["/usr/bin/hub"].Mode, Is.EqualTo("-rwxr-xr-x"));
            Assert.That(modes["/lib/systemd/system/identityhub.service"].Mode, Is.EqualTo("-rw-r--r--"));
            Assert.That(modes, Does.ContainKey("/lib/systemd/system/identityhub.socket"));
            Assert.That(modes["/etc/identityhub/identityhub.env"].Mode, Is.EqualTo("-rw-------"), "it holds a password");
            Assert.That(modes["/etc/identityhub/config/clients.yaml"].Mode, Is.EqualTo("-rw-r-----"));
            Assert.That(modes, Does.ContainKey("/usr/lib/identityhub/server/IdentityHub.Server.dll"));
            Assert.That(modes, Does.ContainKey("/usr/lib/identityhub/cli/hub.dll"));
            Assert.That(modes.Keys.Where(path => path.Contains("Development", StringComparison.Ordinal)), Is.Empty);
            Assert.That(
                modes.Keys.Where(path => path.EndsWith("hub.key", StringComparison.Ordinal)), Is.Empty, "each installation has its own");
        });
    }

    [Test]
    public async Task It_says_what_it_needs_and_which_files_belong_to_the_administrator()
    {
        var (_, fields) = await Tool.RunAsync("dpkg-deb", "--field", _package);
        var (_, conffiles) = await Tool.RunAsync("dpkg-deb", "--info", _package, "conffiles");
        var version = File.ReadAllText(SourceTree.PathOf("Directory.Build.props")).Split("<Version>")[1].Split('<')[0];

        Assert.That(fields, Does.Contain($"Version: {version}\n").And.Contain("Depends: aspnetcore-runtime-10.0"));
        Assert.That(
            conffiles.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()),
            Is.EquivalentTo(new[]
            {
                "/etc/identityhub/identityhub.env", "/etc/identityhub/config/clients.yaml", "/etc/identityhub/config/dialects.yaml",
                "/etc/identityhub/config/organizations.yaml", "/etc/identityhub/config/resources.yaml",
            }));
        foreach (var script in new[] { "postinst", "prerm", "postrm" })
        {
            var (exitCode, output) = await Tool.RunAsync("sh", "-n", Tool.Deploy($"deb/{script}"));
            Assert.That((exitCode, output), Is.EqualTo((0, "")));
        }
    }

    [Test]
    public async Task What_is_in_it_runs()
    {
        var root = Path.Combine(_folder, "root");
        await Tool.RunAsync("dpkg-deb", "--extract", _package, root);

        var probe = await Tool.RunAsync(
            "dotnet", Path.Combine(root, "usr/lib/identityhub/server/IdentityHub.Server.dll"), "--probe",
            $"http://127.0.0.1:{HubProcess.FreePort()}/");
        var help = await Tool.RunAsync("dotnet", Path.Combine(root, "usr/lib/identityhub/cli/hub.dll"), "--version");

        Assert.That(probe.ExitCode, Is.EqualTo(1), probe.Output);
        Assert.That(probe.Output, Does.Contain("does not answer"));
        Assert.That(help.ExitCode, Is.Zero, help.Output);
    }

    [Test]
    public async Task The_command_line_has_the_settings_of_the_service_and_the_shell_goes_first()
    {
        var programs = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var fake = Path.Combine(programs, "dotnet");
        await File.WriteAllTextAsync(fake, "#!/bin/sh\nprintenv | grep -E '^(A_|ASPNETCORE_ENV|IdentityHub__)'\necho \"$@\"\n");
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(_folder, "settings.env");
        await File.WriteAllTextAsync(
            file, "# comment\nA_STRING=\"Host=db;Password=a=b c\"\nIdentityHub__Issuer=https://file.example\nA_LAST=end");
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
            ["IDENTITYHUB_ENV_FILE"] = file,
            ["IdentityHub__Issuer"] = "https://shell.example",
            ["ASPNETCORE_ENVIRONMENT"] = null,
        };

        var (exitCode, output) = await Tool.RunAsync(environment, "sh", Tool.Deploy("deb/hub"), "users", "list", "a b");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EquivalentTo(new[]
            {
                "A_STRING=Host=db;Password=a=b c", "A_LAST=end", "IdentityHub__Issuer=https://shell.example",
                "ASPNETCORE_ENVIRONMENT=Production", "IdentityHub__KeyProtection__KeyFile=/etc/identityhub/hub.key",
                "/usr/lib/identityhub/cli/hub.dll users list a b",
            }));
    }

    // Where the build of the tests has put another project.
    private static string OutputOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return own.Name.StartsWith("net", StringComparison.Ordinal)
            ? SourceTree.PathOf($"src/{project}/bin/{own.Parent!.Name}/{own.Name}")
            : Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }
}
