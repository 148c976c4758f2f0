using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

public class ValidateTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task Every_fault_is_told_with_file_line_and_column()
    {
        _hub.WithFile("config/a.yaml", "scopes:\n  - nam: orders.read\n")
            .WithFile("config/b.yaml", "clients:\n  - client_id: machine\n    grant_types: [client_credentials]\n    client_secrets: [{ value: 'plain:hush-hush' }]\n    scope: nowhere\n");
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
    public async Task The_shipped_files_are_right_in_Development_and_need_no_database()
    {
        _hub.With("IdentityHub__ConfigDirectory", Path.Combine(AppContext.BaseDirectory, "config")).With("ASPNETCORE_ENVIRONMENT", "Development")
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
    public async Task An_option_wins_over_the_environment_which_is_read_in_any_case()
    {
        _hub.WithFile("right/a.yaml", "scopes: [{ name: orders.read }]").WithFile("wrong/a.yaml", "scopes: 7")
            .With("IDENTITYHUB__CONFIGDIRECTORY", "wrong").With("IdentityHub__Stage", "staging").With("ASPNETCORE_ENVIRONMENT", "Development");
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
            Assert.That(result.Error, Does.StartWith("The stage is 'testing': one of development, staging, production is right"));
        });
    }
}
