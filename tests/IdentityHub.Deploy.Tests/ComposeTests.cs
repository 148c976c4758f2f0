using System.Text.Json;
using IdentityHub.Deploy.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace IdentityHub.Deploy.Tests;

/// <summary>The example of a whole installation, the image, and the form of every file under <c>deploy/</c>.</summary>
public class ComposeTests
{
    [Test]
    public void Every_YAML_and_JSON_file_can_be_read()
    {
        // Templates of the chart are YAML once they are rendered. The server takes comments in the texts of a theme.
        string[] others = ["/samples/", "/templates/", "/theme-example/"];
        var files = Directory.GetFiles(Tool.Deploy(), "*", SearchOption.AllDirectories)
            .Where(file => others.All(folder => !file.Contains(folder, StringComparison.Ordinal)))
            .ToList();
        var faults = new List<string>();
        foreach (var file in files)
        {
            try
            {
                if (Path.GetExtension(file) is ".yaml" or ".yml")
                    new YamlStream().Load(new StringReader(File.ReadAllText(file)));
                else if (Path.GetExtension(file) == ".json")
                    JsonDocument.Parse(File.ReadAllText(file)).Dispose();
            }
            catch (Exception unreadable) when (unreadable is YamlException or JsonException)
            {
                faults.Add($"{file}: {unreadable.Message}");
            }
        }

        Assert.That(faults, Is.Empty);
        Assert.That(files.Count(file => Path.GetExtension(file) is ".yaml" or ".yml"), Is.AtLeast(10));
    }

    // As one file, which is what the project is published as otherwise, there is no hub.dll.
    [TestCase("Dockerfile")]
    [TestCase("deb/build.sh")]
    public void What_is_published_has_the_programs_that_containers_and_package_start(string file)
    {
        var publish = File.ReadAllLines(Tool.Deploy(file))
            .Where(static line => line.TrimStart().StartsWith("dotnet publish ", StringComparison.Ordinal))
            .ToList();

        Assert.That(publish, Has.Count.EqualTo(1));
        Assert.That(publish, Has.All.Contains("-p:PublishSingleFile=false"));
    }

    [Test]
    public void Nothing_runs_in_Development()
    {
        var files = Directory.GetFiles(Tool.Deploy(), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/samples/", StringComparison.Ordinal)
                && !file.EndsWith("/deb/build.sh", StringComparison.Ordinal));

        Assert.That(files.Where(file => File.ReadAllText(file).Contains("Development", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Two_nodes_run_without_rights_and_without_secrets_in_the_file()
    {
        var services = Services();

        foreach (var name in new[] { "hub1", "hub2", "migrate", "configure", "hub" })
        {
            var service = (IDictionary<object, object>)services[name];
            var environment = (IDictionary<object, object>)service["environment"];
            Assert.Multiple(() =>
            {
                Assert.That(service["read_only"], Is.EqualTo("true"), name);
                Assert.That(service["cap_drop"], Is.EqualTo(new[] { "ALL" }), name);
                Assert.That(service["user"], Does.StartWith("${HUB_USER:?"), name);
                Assert.That(environment["ASPNETCORE_ENVIRONMENT"], Is.EqualTo("Production"), name);
                Assert.That(environment["ConnectionStrings__IdentityHub"], Does.Match(@"Password=\$\{HUB_\w+\}$"), name);
            });
        }

        Assert.That(services.Keys, Is.SupersetOf(new[] { "db", "nginx", "mail", "otel", "prometheus", "grafana" }));
    }

    [Test]
    public async Task What_the_example_needs_is_made_once_and_only_its_owner_reads_it()
    {
        var folder = Directory.CreateTempSubdirectory("hub-compose-").FullName;
        try
        {
            foreach (var part in new[] { "deploy/compose", "deploy/nginx", "config.production.example" })
            {
                var target = Directory.CreateDirectory(Path.Combine(folder, part)).FullName;
                foreach (var file in Directory.GetFiles(SourceTree.PathOf(part)))
                    File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }

            string PathOf(string name) => Path.Combine(folder, "deploy/compose", name);
            var (exitCode, output) = await Tool.RunAsync("bash", PathOf("prepare.sh"));
            Assert.That(exitCode, Is.Zero, output);
            var first = (await File.ReadAllTextAsync(PathOf(".env")), await File.ReadAllTextAsync(PathOf("state/hub.key")));
            await Tool.RunAsync("bash", PathOf("prepare.sh"));
            var verify = await Tool.RunAsync(
                "openssl", "verify", "-CAfile", PathOf("state/tls/ca.crt"), PathOf("state/tls/localhost.crt"),
                PathOf("state/tls/mail.crt"));
            var nginx = await File.ReadAllTextAsync(PathOf("state/nginx/identityhub.conf"));

            Assert.Multiple(() =>
            {
                Assert.That((File.ReadAllText(PathOf(".env")), File.ReadAllText(PathOf("state/hub.key"))), Is.EqualTo(first), "made once");
                Assert.That(Convert.FromBase64String(first.Item2), Has.Length.EqualTo(32));
                Assert.That(File.GetUnixFileMode(PathOf(".env")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
                Assert.That(File.GetUnixFileMode(PathOf("state/hub.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
                Assert.That(verify.ExitCode, Is.Zero, verify.Output);
                Assert.That(nginx, Does.Contain("server hub1:8080").And.Contain("server hub2:8080").And.Not.Contain("id.example.com"));
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task The_image_runs_without_root_and_without_a_shell()
    {
        var lines = await File.ReadAllLinesAsync(Tool.Deploy("Dockerfile"));
        var last = lines.AsSpan(Array.FindLastIndex(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal))).ToArray();

        Assert.Multiple(() =>
        {
            Assert.That(last[0], Does.EndWith("-chiselled-extra"), "with ICU: names are normalized by Unicode");
            Assert.That(last, Has.Some.EqualTo("USER 1654:1654"));
            Assert.That(last, Has.Some.StartsWith("HEALTHCHECK ").And.Some.EndsWith("\"--probe\"]"));
            Assert.That(last.Where(line => line.StartsWith("RUN", StringComparison.Ordinal)), Is.Empty, "it has no shell");
            Assert.That(last.Count(line => line.Contains("org.opencontainers.image.", StringComparison.Ordinal)), Is.AtLeast(5));
        });
    }

    private static Dictionary<string, object> Services()
    {
        var parser = new MergingParser(new Parser(new StringReader(File.ReadAllText(Tool.Deploy("compose/compose.yaml")))));
        var document = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parser);
        return ((IDictionary<object, object>)document["services"]).ToDictionary(entry => (string)entry.Key, entry => entry.Value);
    }
}
