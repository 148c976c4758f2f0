using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Config;

public class ValidateTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task Every_fault_is_told_with_file_line_and_column()
    {
        _hub.WithFile("config/a.yaml", "scopes:\n  - nam: orders.read\n")
            .WithFile(
                "config/b.yaml",
                "clients:\n  - client_id: machine\n    grant_types: [client_credentials]\n    client_secrets: [{ value: 'plain:hush-hush' "
                    + "}]\n    scope: nowhere\n");
        var result = await _hub.RunAsync("config", "validate");
        var lines = result.Error.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(lines, Has.Some.Matches(@"^config/a\.yaml\(2,5\): scopes\[0\]\.nam: "));
            Assert.That(lines, Has.Some.Matches(@"^config/b\.yaml\(4,\d+\): clients\[0\]\.client_secrets\[0\]\.value: "));
            Assert.That(lines, Has.Some.Matches(@"^config/b\.yaml\(5,\d+\): clients\[0\]\.scope: "));
            Assert.That(lines[^1], Is.EqualTo($"{lines.Length - 1} faults on the stage production."));
            Assert.That(result.Error + result.Output, Does.Not.Contain("hush"));
        });
    }

    [Test]
    public async Task Faults_are_answered_in_JSON_too()
    {
        _hub.WithFile("config/a.yaml", "scopes:\n  - nam: orders.read\n");
        var faulty = await _hub.RunAsync("config", "validate", "--json");
        _hub.WithFile("config/a.yaml", "scopes:\n  - name: orders.read\n");
        var right = await _hub.RunAsync("config", "validate", "--json");

        Assert.That((faulty.ExitCode, faulty.Error), Is.EqualTo((1, "")));
        var first = JsonElement.Parse(faulty.Output).GetProperty("faults")[0];
        Assert.That(
            (first.GetProperty("file").GetString(), first.GetProperty("line").GetInt32(), first.GetProperty("column").GetInt32()),
            Is.EqualTo(("config/a.yaml", 2, 5)));
        Assert.That(first.GetProperty("path").GetString(), Is.EqualTo("scopes[0].nam"));
        Assert.That((right.ExitCode, right.Error), Is.EqualTo((0, "")));
        Assert.That(JsonElement.Parse(right.Output).GetProperty("faults").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task The_shipped_files_are_right_in_Development_and_need_no_database()
    {
        _hub.With("IdentityHub__ConfigDirectory", Path.Combine(AppContext.BaseDirectory, "config"))
            .With("ASPNETCORE_ENVIRONMENT", "Development")
            .With("ConnectionStrings__IdentityHub", "Host=127.0.0.1;Port=1");
        var result = await _hub.RunAsync("config", "validate");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.StartWith("No faults in ").And.EndsWith("on the stage development."));
            Assert.That(_hub.Has("data"), Is.False);
        });
    }

    [Test]
    public async Task The_example_for_production_is_right_with_the_variables_that_its_page_names()
    {
        var page = File.ReadAllText(SourceTree.PathOf("docs/production.md"));
        var block = page[page.IndexOf("cp -r config.production.example", StringComparison.Ordinal)..];
        var variables = Regex
            .Matches(
                block[..block.IndexOf("```", StringComparison.Ordinal)], @"^export (\w+)=\$\(openssl rand -base64 32\)$",
                RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToList();
        Assert.That(variables, Is.Not.Empty);
        string[] validate = ["config", "validate", "--config", SourceTree.PathOf("config.production.example"), "--stage", "production"];

        var without = await _hub.RunAsync(validate);
        foreach (var variable in variables)
            _hub.With(variable, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var with = await _hub.RunAsync(validate);

        Assert.That(without.ExitCode, Is.EqualTo(1));
        foreach (var variable in variables)
            Assert.That(without.Error, Does.Contain($"the environment variable {variable} is not set"));
        Assert.That((with.ExitCode, with.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public void The_example_for_production_holds_no_secret()
    {
        foreach (var file in Directory.GetFiles(SourceTree.PathOf("config.production.example")))
            Assert.That(File.ReadAllText(file), Does.Not.Contain("plain:").And.Not.Contain("sha256:").And.Not.Contain("localhost"), file);
    }

    [Test]
    public async Task An_option_wins_over_the_environment_which_is_read_in_any_case()
    {
        _hub.WithFile("right/a.yaml", "scopes: [{ name: orders.read }]").WithFile("wrong/a.yaml", "scopes: 7")
            .With("IDENTITYHUB__CONFIGDIRECTORY", "wrong")
            .With("IdentityHub__Stage", "staging")
            .With("ASPNETCORE_ENVIRONMENT", "Development");
        var fromEnvironment = await _hub.RunAsync("config", "validate");
        var fromOptions = await _hub.RunAsync("config", "validate", "--config", "right", "--stage", "production");
        Assert.Multiple(() =>
        {
            Assert.That(fromEnvironment.Error, Does.StartWith("wrong/a.yaml(1,9): ").And.EndsWith("on the stage staging."));
            Assert.That(fromOptions.Output, Is.EqualTo("No faults in 'right' on the stage production."));
        });
    }

    [Test]
    public async Task A_stage_that_there_is_not_is_refused()
    {
        var result = await _hub.With("ASPNETCORE_ENVIRONMENT", "Testing").RunAsync("config", "validate");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Does.StartWith("The stage is 'testing': it must be one of development, staging, production"));
        });
    }

    [Test]
    [Platform("Linux")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_a_folder_and_a_secret_that_may_not_be_read_are_faults()
    {
        _hub.WithFile("config/a.yaml", "scopes: [{ name: orders.read }]").WithFile("config/closed.yaml", "scopes: [{ name: one }]")
            .WithFile("config/teams/b.yaml", "scopes: [{ name: two }]").WithFile("config/lost+found/c.yaml", "scopes: [{ name: three }]")
            .WithFile("config/secret", "hush-hush").WithFile(
                "config/web.yaml",
                "clients: [{ client_id: a, grant_types: [client_credentials], client_secrets: [{ value: 'file:secret' }] }]");
        string[] closed = ["closed.yaml", "teams", "lost+found", "secret"];
        foreach (var name in closed)
            File.SetUnixFileMode(Path.Combine(_hub.Folder, "config", name), UnixFileMode.None);
        var result = await _hub.RunBoundByRightsAsync("config", "validate");
        foreach (var name in closed)
            File.SetUnixFileMode(
                Path.Combine(_hub.Folder, "config", name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.That(
            (result.ExitCode, result.Error.Split('\n')),
            Is.EqualTo((1, (string[])[
                "config/closed.yaml: cannot be read: access is denied",
                "config/teams: cannot be read: access is denied",
                "config/web.yaml(1,88): clients[0].client_secrets[0].value: the file cannot be read as UTF-8 text; check its path and its "
                    + "permissions",
                "3 faults on the stage production.",
            ])));
    }

    [Test]
    public async Task Blanks_and_line_breaks_around_a_secret_are_cut_off_and_said()
    {
        _hub.WithFile("config/secret", "hush-hush-file\n").WithFile("config/exact", "hush-hush-exact").With("WEB_SECRET", " hush-hush ")
            .WithFile(
                "config/a.yaml",
                """
                clients:
                  - client_id: a
                    grant_types: [client_credentials]
                    client_secrets:
                      - value: file:exact
                      - value: file:secret
                      - value: env:WEB_SECRET
                """);
        var text = await _hub.RunAsync("config", "validate");
        var json = JsonElement.Parse((await _hub.RunAsync("config", "validate", "--json")).Output);

        Assert.Multiple(() =>
        {
            Assert.That((text.ExitCode, text.Error), Is.EqualTo((0, "")));
            Assert.That(
                text.Output.Split('\n'),
                Is.EqualTo([
                    "note: config/a.yaml(6,16): clients[0].client_secrets[1].value: the file has blanks or a line break around the secret; "
                        + "they were cut off and are no part of it",
                    "note: config/a.yaml(7,16): clients[0].client_secrets[2].value: the environment variable WEB_SECRET has blanks or a "
                        + "line break around the secret; they were cut off and are no part of it",
                    "No faults in 'config' on the stage production.",
                ]));
            Assert.That(json.GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("line").GetInt32()), Is.EqualTo([6, 7]));
            Assert.That(json.GetProperty("faults").GetArrayLength(), Is.Zero);
            Assert.That(text.Output + json, Does.Not.Contain("hush"));
        });
    }
}
