using System.Net;
using System.Text.RegularExpressions;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>What the README and the pages of <c>docs/</c> tell a newcomer to type works, and answers what they say.</summary>
public partial class DocumentTests
{
    private ReadmeServer _server = null!;

    private static IEnumerable<TestCaseData> Calls() =>
        from page in new[] { "README.md", "docs/first-calls.md", "docs/one-time-passwords.md" }
        from block in DocumentBlock.Read(page)
        where !IsStart(block)
        select new TestCaseData(block).SetArgDisplayNames(block.ToString());

    private static IEnumerable<DocumentBlock> Starts() =>
        new[] { "README.md", "docs/web-application.md" }.SelectMany(DocumentBlock.Read).Where(IsStart);

    private static IEnumerable<TestCaseData> Projects() =>
        from block in Starts()
        from Match match in DotnetRun().Matches(block.Commands)
        let address = match.Groups[2].Success ? match.Groups[2].Value : ReadmeServer.Documented
        select new TestCaseData(match.Groups[1].Value, address).SetArgDisplayNames(block.Page, match.Groups[1].Value);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var command = DotnetRun().Match(DocumentBlock.Read("README.md")[0].Commands);
        Assert.That(command.Success, Is.True, "The first block of the README starts the server.");
        _server = await ReadmeServer.StartAsync(command.Groups[1].Value);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    // A file that was just written is in force a moment later, and so is a message in the outbox: the block is tried again until then.
    [TestCaseSource(nameof(Calls))]
    public async Task A_block_of_commands_answers_what_the_page_says(object block)
    {
        var commands = (DocumentBlock)block;
        foreach (var earlier in DocumentBlock.Read(commands.Page).Where(earlier => earlier.Line < commands.Line && WritesFile(earlier)))
        {
            Assert.That((await _server.RunAsync(earlier.Commands)).ExitCode, Is.Zero, $"{earlier}");
            await WaitForClientsAsync(earlier);
        }

        var (exitCode, output) = await Eventually.GetAsync(
            () => _server.RunAsync(commands.Commands), run => run.ExitCode == 0 && commands.IsPromised(run.Output));

        Assert.That((exitCode, commands.IsPromised(output)), Is.EqualTo((0, true)), $"{output}{Environment.NewLine}{_server.Output}");
        Assert.That(output, WritesFile(commands) ? Is.Empty : Is.Not.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void A_program_that_is_started_is_there_and_listens_where_the_page_says(string project, string address)
    {
        Assert.That(Directory.GetFiles(SourceTree.PathOf(project), "*.csproj"), Has.Length.EqualTo(1));

        // The hub has no launch profile: it would override the environment of the shell.
        var place = project == "src/IdentityHub.Server"
            ? "../IdentityHub.ConfigAsCode/Installation/InstallationSettings.cs"
            : "Properties/launchSettings.json";
        Assert.That(File.ReadAllText(SourceTree.PathOf($"{project}/{place}")), Does.Contain($"\"{address}\""));
    }

    [Test]
    public void The_second_command_is_what_runs_in_continuous_integration()
    {
        var commands = DocumentBlock.Read("README.md")[0].Commands.Split('\n');
        Assert.That(commands, Does.Contain("bash tests/run.sh"));
        Assert.That(File.ReadAllText(SourceTree.PathOf(".ci/run")), Does.Contain("bash tests/run.sh"));
    }

    [Test]
    public async Task The_server_prints_what_to_try() =>
        Assert.That(
            await Eventually.GetAsync(
                () => Task.FromResult(_server.Output), output => output.Contains("curl -s", StringComparison.Ordinal)),
            Does.Contain("curl -s"));

    [Test]
    public async Task Each_line_that_the_first_screen_prints_works_with_the_shipped_configuration()
    {
        var screen = await Eventually.GetAsync(
            () => Task.FromResult(_server.Output), output => output.Contains("/dev/outbox\n", StringComparison.Ordinal));
        var lines = screen.Split('\n').Select(line => line.Trim()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Some.StartsWith("The account of alice (password Alice-Pass-1234)"));
            Assert.That(lines, Has.Some.Contains("/connect/authorize?client_id=demo-web&"));
            Assert.That(lines, Has.Some.Contains("/authenticate/alice"));
            Assert.That(lines, Has.Some.EqualTo($"{_server.Address}/docs"));
        });
        foreach (var command in lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal)))
        {
            // Another page sends a code to the address of the line in the same minute.
            var (exitCode, output) = await _server.RunAsync(command.Replace("someone@", "newcomer@", StringComparison.Ordinal));
            Assert.That((exitCode, output.Length > 0), Is.EqualTo((0, true)), $"{command}{Environment.NewLine}{output}");
        }

        using var browser = new RoamingBrowser();
        foreach (var address in lines.Where(line => line.StartsWith("http://", StringComparison.Ordinal)))
            Assert.That((int)(await browser.OpenAsync(address)).Status, Is.LessThan(400), address);
    }

    [Test]
    public async Task The_demo_user_signs_in_at_the_address_of_the_README()
    {
        var readme = await File.ReadAllTextAsync(SourceTree.PathOf("README.md"));
        Assert.That(
            readme, Does.Contain($"{ReadmeServer.Documented}/login").And.Contain("`alice`").And.Contain($"`{InteropConfig.Password}`"));
        using var browser = new RoamingBrowser();

        var welcome = await browser.LogInAsync(await browser.OpenAsync($"{_server.Address}/login"));

        Assert.That((welcome.Status, welcome.FormWith("password")), Is.EqualTo((HttpStatusCode.OK, (object?)null)), welcome.ToString());
    }

    [Test]
    public async Task The_calls_are_described_at_docs()
    {
        using var browser = new RoamingBrowser();
        var page = await browser.OpenAsync($"{_server.Address}/docs");
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK), page.ToString());
    }

    [Test]
    public async Task A_misspelt_key_is_named_with_its_place_and_the_last_good_configuration_stays_in_force()
    {
        _server.Write("config/misspelt.yaml", "clients:\n  - client_id: misspelt\n    grant_typs: [client_credentials]\n");
        try
        {
            var output = await Eventually.GetAsync(
                () => Task.FromResult(_server.Output), output => output.Contains("misspelt.yaml", StringComparison.Ordinal));

            Assert.That(output, Does.Match(@"misspelt\.yaml[^\n]*\b3\b[^\n]*\b5\b[^\n]*").And.Contain("grant_types"));
            var token = await _server.RunAsync(
                $"curl -s {ReadmeServer.Documented}/connect/token -u demo-machine:demo-machine-secret -d grant_type=client_credentials");
            Assert.That(token.Output, Does.Contain("access_token"));
        }
        finally
        {
            _server.Write("config/misspelt.yaml", "");
        }
    }

    [TestCase("```sh\ncurl a\n# → {\"a\":\"b…\",…}\n```\n", "{\"a\":\"bc\",\"d\":1}", true)]
    [TestCase("```sh\ncurl a\n# → {\"a\":\"b…\",…}\n```\n", "{\"a\":\"cc\",\"d\":1}", false)]
    [TestCase("```sh\ncurl a\n# → {\"a\":1}\n```\n", "{\"a\":1,\"d\":1}", false)]
    public void What_a_page_promises_is_compared_with_the_output(string page, string output, bool promised)
    {
        var block = DocumentBlock.Parse("a.md", page).Single();
        Assert.That((block.Commands, block.Line, block.IsPromised(output)), Is.EqualTo(("curl a\n", 2, promised)));
    }

    // Not by calls of a client that is not there yet: ten of them, and its right secret is refused for a while.
    private async Task WaitForClientsAsync(DocumentBlock block)
    {
        foreach (Match client in ClientId().Matches(block.Commands))
        {
            var home = await Eventually.GetAsync(
                () => _server.Client.GetStringAsync(new Uri("/", UriKind.Relative)),
                page => page.Contains(client.Groups[1].Value, StringComparison.Ordinal));
            Assert.That(home, Does.Contain(client.Groups[1].Value), _server.Output);
        }
    }

    [GeneratedRegex(@"client_id: (\S+)")]
    private static partial Regex ClientId();

    private static bool IsStart(DocumentBlock block) => DotnetRun().IsMatch(block.Commands);

    private static bool WritesFile(DocumentBlock block) => block.Commands.StartsWith("cat > ", StringComparison.Ordinal);

    [GeneratedRegex(@"^dotnet run --project (\S+)(?:\s+# (http://[^,\s]+))?", RegexOptions.Multiline)]
    private static partial Regex DotnetRun();
}
