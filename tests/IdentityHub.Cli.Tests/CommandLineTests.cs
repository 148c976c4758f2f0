using System.CommandLine;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

public class CommandLineTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [TestCase]
    [TestCase("db")]
    [TestCase("db", "migrait")]
    [TestCase("db", "migrate", "--nonsense")]
    [TestCase("users", "create")]
    [TestCase("users", "create", "alice", "--password", "hush-hush")]
    [TestCase("users", "create", "alice", "--id", "not-a-uuid")]
    [TestCase("config", "validate", "--stage", "test")]
    public async Task A_wrong_command_line_exits_with_2_and_tries_nothing(params string[] arguments)
    {
        var result = await _hub.RunAsync(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Is.Not.Empty.And.Not.Contain("   at "));
            Assert.That(_hub.Has("data"), Is.False);
        });
    }

    [TestCase("db", "migrate")]
    [TestCase("config", "validate")]
    [TestCase("config", "apply")]
    [TestCase("config", "plan")]
    [TestCase("users", "create")]
    [TestCase("import", "identityserver")]
    [TestCase("import", "keycloak")]
    [TestCase("import", "auth0")]
    public async Task Help_teaches_with_an_example(string group, string command)
    {
        var result = await _hub.RunAloneAsync(group, command, "--help");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, "")));
        Assert.That(result.Output, Does.Match(@"Examples?:\s+hub " + group + " " + command));
    }

    // What needs no --json, and why.
    private static readonly Dictionary<string, string> WithoutJson = new()
    {
        ["config schema"] = "answers JSON",
        ["users export"] = "answers JSON lines",
        ["completion bash"] = Script,
        ["completion zsh"] = Script,
        ["completion pwsh"] = Script,
        ["api-keys revoke"] = Silent,
        ["limits lift"] = Silent,
        ["sessions end"] = Silent,
        ["users disable"] = Silent,
        ["users enable"] = Silent,
        ["users password"] = Silent,
        ["users reset-password"] = "answers one sentence, always the same",
        ["users hash-login"] = Silent,
        ["users reset-factors"] = Silent,
    };

    private const string Script = "answers a script";

    private const string Silent = "answers nothing but its exit code";

    [Test]
    public void Every_command_that_answers_answers_in_JSON_too()
    {
        var without = Leaves(HubCommand.Create(), "").Where(leaf => leaf.Command.Options.All(option => option.Name != "--json"))
            .Select(leaf => leaf.Name);
        Assert.That(without, Is.EquivalentTo(WithoutJson.Keys));

        static IEnumerable<(string Name, Command Command)> Leaves(Command command, string name) =>
            command.Subcommands.Count == 0
                ? [(name, command)]
                : command.Subcommands.SelectMany(inner => Leaves(inner, name.Length == 0 ? inner.Name : $"{name} {inner.Name}"));
    }

    [Test]
    public async Task A_command_that_needs_a_database_does_not_make_one()
    {
        var result = await _hub.RunWithInputAsync("long-enough-1", "users", "create", "alice");
        Assert.Multiple(() =>
        {
            Assert.That(
                (result.ExitCode, result.Error),
                Is.EqualTo((1, "The SQLite database 'data/identityhub.db' is missing; make it with: hub db migrate")));
            Assert.That(_hub.Has("data"), Is.False);
        });
    }
}
