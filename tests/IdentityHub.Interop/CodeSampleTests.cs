using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>The code that the documentation shows: the compiler of its language takes it, and it does what its page says.</summary>
[Parallelizable(ParallelScope.Self)]
public partial class CodeSampleTests
{
    private static readonly string[] Account = ["loginServiceUser", "signUpClient", "loginClient", "changeClient", "deleteClient"];
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-samples-").FullName;
    private ReadmeServer _server = null!;
    private IReadOnlyList<ApiOperation> _operations = [];

    [OneTimeSetUp]
    public async Task ReadAsync()
    {
        _server = await Servers.GetDocumentedAsync();
        _operations =
        [
            .. (await ApiDocument.ReadAsync(_server, "/docs/openapi.json", _folder)).Operations,
            .. (await ApiDocument.ReadAsync(_server, "/docs/admin/openapi.json", _folder)).Operations,
        ];
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void CSharp_samples_of_every_call_compile() =>
        Assert.That(CSharpProgram.Check(Callable("C#").Select(operation => (operation.Id, operation.Sample("C#")))), Is.Empty);

    [Test]
    public Task JavaScript_samples_of_every_call_are_read() => NodeScript.RunAsync("openapi/syntax.mjs", Write("JavaScript"));

    [Test]
    public async Task Shell_samples_of_every_call_are_read()
    {
        var script = Path.Combine(_folder, "samples.sh");
        await File.WriteAllLinesAsync(script, Callable("Shell").Select(operation => operation.Sample("Shell")));
        Assert.That(await RunAsync("bash", "-n", script), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Python_samples_of_every_call_are_read()
    {
        Require("python3");
        const string check = "import ast, json, sys\nfor name, source in json.load(open(sys.argv[1])).items(): ast.parse(source, name)";
        Assert.That(await RunAsync("python3", "-c", check, Write("Python")), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Java_samples_of_every_call_compile()
    {
        Require("javac");
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "java")).FullName;
        foreach (var operation in Callable("Java"))
        {
            var name = "Sample" + operation.Id;
            await File.WriteAllTextAsync(
                Path.Combine(folder, name + ".java"),
                operation.Sample("Java").Replace("class Sample", $"class {name}", StringComparison.Ordinal));
        }

        var (exitCode, output) = await RunAsync(
            "javac", ["-proc:none", "-d", Path.Combine(folder, "classes"), .. Directory.GetFiles(folder, "*.java")]);
        Assert.That(exitCode, Is.Zero, output);
    }

    [TestCase("Shell", "5a0e1d0c-0000-4000-8000-000000000001")]
    [TestCase("JavaScript", "5a0e1d0c-0000-4000-8000-000000000002")]
    [TestCase("Python", "5a0e1d0c-0000-4000-8000-000000000003")]
    [TestCase("Java", "5a0e1d0c-0000-4000-8000-000000000004")]
    [Spec("contracts/service-user-and-client-accounts.md", "POST /v1/login/password")]
    public async Task A_first_account_takes_five_calls_in(string language, string userId)
    {
        string? api = null, account = null;
        // A program of Java takes a second to start: two calls tell as much.
        foreach (var id in language == "Java" ? Account.Take(2) : Account)
        {
            var source = _operations.Single(operation => operation.Id == id).Sample(language)
                .Replace("80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", userId, StringComparison.Ordinal)
                .Replace("new_client@client.com", $"{language}@client.com".ToLowerInvariant(), StringComparison.Ordinal)
                .Replace("+27821234567", $"+2782123400{userId[^1]}", StringComparison.Ordinal)
                .Replace("ACCESS_TOKEN", api, StringComparison.Ordinal)
                .Replace("CLIENT_TOKEN", account, StringComparison.Ordinal);
            var (exitCode, output) = await RunSampleAsync(language, source);
            Assert.That(exitCode, Is.Zero, $"{id}: {output}");
            api ??= Jwt().Match(output).Value;
            account ??= id == "signUpClient" ? Opaque().Match(output).Value : null;
        }

        Assert.That(account, Is.Not.Empty);
    }

    [Test]
    public Task A_CSharp_sample_fetches_a_token() =>
        CSharpProgram.RunAsync(_operations.Single(operation => operation.Id == "loginServiceUser").Sample("C#"));

    [Test]
    [Spec("contracts/open-endpoints.md", "JWT")]
    public async Task A_token_that_is_signed_step_by_step_reads_and_writes_as_the_page_says()
    {
        var module = await CodeAsync("/docs/start/open-endpoints", "sign-token");
        const string key = "'TEST_B4BYA15POHYQ284HBND1'";
        var check = $$"""
            {{module}}
            const call = async (method, token, body) => (await fetch('{{_server.Address}}/api/v1/test_abc/open/account/acc-1/user/bob-1', {
              method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body,
            })).status;
            console.log(
              Math.floor(await call('PUT', writeToken({{key}}), '{}') / 100), await call('GET', readToken({{key}})),
              await call('PUT', readToken({{key}}), '{}'), await call('GET', readToken('another-key')));
            """;
        Assert.That(await RunAsync("node", "--input-type=module", "-e", check), Is.EqualTo((0, "2 200 403 401\n")));
    }

    [Test]
    public async Task A_token_that_is_kept_is_fetched_once_for_all_who_wait()
    {
        var module = await CodeAsync("/docs/start/client-accounts", "token-cache");
        var check = $$"""
            {{module}}
            process.env.HUB_SERVICE_USER = 'service_user';
            process.env.HUB_SERVICE_PASSWORD = 'xxxyyy-service';
            let calls = 0;
            const original = globalThis.fetch;
            globalThis.fetch = (...call) => { calls++; return original(...call); };
            const tokens = await Promise.all([apiToken(), apiToken(), apiToken()]);
            console.log(new Set([...tokens, await apiToken()]).size, tokens[0].startsWith('eyJ'), calls);
            dropToken('another token');
            await apiToken();
            console.log(calls);
            dropToken(tokens[0]);
            console.log((await apiToken()).startsWith('eyJ'), calls);
            """;
        Assert.That(await RunAsync("node", "--input-type=module", "-e", check), Is.EqualTo((0, "1 true 1\n1\ntrue 2\n")));
    }

    private async Task<string> CodeAsync(string page, string id)
    {
        using var document = new HtmlParser().ParseDocument(await _server.Client.GetStringAsync(new Uri(page, UriKind.Relative)));
        return document.GetElementById(id)!.TextContent;
    }

    private async Task<(int ExitCode, string Output)> RunSampleAsync(string language, string source)
    {
        switch (language)
        {
            case "Shell":
                return await RunAsync("bash", "-c", source.Replace("curl ", "curl -sS --fail-with-body ", StringComparison.Ordinal));
            case "JavaScript":
                return await RunAsync("node", "--input-type=module", "-e", source);
            case "Python":
                Require("python3");
                Assume.That((await RunAsync("python3", "-c", "import requests")).ExitCode, Is.Zero, "The package requests is missing.");
                return await RunAsync("python3", "-c", source);
            default:
                Require("javac");
                var file = Path.Combine(Directory.CreateTempSubdirectory("hub-java-").FullName, "Sample.java");
                await File.WriteAllTextAsync(file, source);
                var ran = await RunAsync("java", "-XX:TieredStopAtLevel=1", file);
                return ran.Output.StartsWith('2') ? ran : (1, ran.Output);
        }
    }

    private IEnumerable<ApiOperation> Callable(string language) =>
        _operations.Where(operation => operation.IsForPrograms || language == "JavaScript");

    private string Write(string language)
    {
        var file = Path.Combine(_folder, $"{language}.json");
        File.WriteAllText(
            file,
            JsonSerializer.Serialize(Callable(language).ToDictionary(operation => operation.Id, operation => operation.Sample(language))));
        return file;
    }

    private static void Require(string program) => Assume.That(
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
        $"There is no {program} on this machine.");

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(AtMost);
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"iha_[\w-]+")]
    private static partial Regex Opaque();
}
