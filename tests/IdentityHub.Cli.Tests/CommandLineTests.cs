using System.CommandLine;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

public partial class CommandLineTests
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
        ["audit changes"] = "its output is JSON, an object a line",
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
    }

    // Options and arguments whose names or descriptions have words of secrets, with the first command that has each, and why it takes none.
    private static readonly Dictionary<string, string> WithoutSecret = new()
    {
        ["db migrate --connection-string"] = ConnectionString,
        ["import identityserver --connection"] = ConnectionString,
        ["import identityserver --users-connection"] = ConnectionString,
        ["db restored --key-file"] = FileName,
        ["users import --firebase"] = FileName,
        ["keys import FILE"] = "the name of a file of public keys",
        ["import identityserver --appsettings"] = FileName,
        ["import identityserver --users-out"] = FileName,
        ["import identityserver --schema"] = "the name of a schema",
        ["users create --phone"] = CountryCode,
        ["users create --phone-region"] = CountryCode,
        ["users create --region"] = CountryCode,
        ["users import --bare-hash"] = "the name of an algorithm",
        ["keys rotate --algorithm"] = "the name of an algorithm",
        ["clients rotate-secret --overlap-days"] = Time,
        ["api-keys issue --days"] = Time,
        ["api-keys rotate --overlap"] = Time,
        ["keys retire --publish-until"] = Time,
        ["keys import --until"] = Time,
        ["api-keys issue --permission"] = "the name of a permission",
        ["limits list --api-key"] = "the name of an API key",
        ["audit query --reason"] = AuditWord,
        ["audit query --endpoint"] = AuditWord,
        ["audit query --event"] = AuditWord,
        ["sessions end SESSION_ID"] = "the sid of tokens, which signs in nowhere",
        ["keys retire KID"] = "the public id of a key",
        ["keys import --kid"] = "the public id of a key",
    };

    private const string ConnectionString =
        "needs no password: peer authentication, a password file or SQLite; the description says where one with a password belongs";

    private const string FileName = "the name of a file";

    private const string CountryCode = "a country code, or a number with one";

    private const string Time = "a time";

    private const string AuditWord = "a word that audit rows have";

    [Test]
    public void No_option_and_no_argument_takes_a_secret()
    {
        var suspects = SuspectsOf(HubCommand.Create());
        Assert.That(suspects, Is.EquivalentTo(WithoutSecret.Keys), "others on the machine can read arguments: take it from standard input");
    }

    [TestCase("--client-secret", "The new one.")]
    [TestCase("--value", "What the client authenticates with: a secret.")]
    [TestCase("--value", "The access token.")]
    [TestCase("PASSWORD", "What they type.")]
    [TestCase("--otp", "Six digits.")]
    public void An_option_or_an_argument_that_would_take_a_secret_is_found(string name, string description)
    {
        var inner = new Command("inner");
        if (name.StartsWith('-'))
            inner.Add(new Option<string>(name) { Description = description });
        else
            inner.Add(new Argument<string>(name) { Description = description });
        Assert.That(SuspectsOf(new RootCommand { new Command("outer") { inner } }), Is.EqualTo([$"outer inner {name}"]));
    }

    [GeneratedRegex(
        "secret|passw|pwd|passphrase|token|credential|otp|hash|recovery|private|salt|pepper|bearer|cookie|connection|"
            + @"\b(code|pin|jwt|key)s?\b|key\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretWord();

    // A switch takes nothing.
    private static IEnumerable<string> SuspectsOf(Command root) =>
        from one in All(root, "")
        from symbol in one.Command.Options.Cast<Symbol>().Concat(one.Command.Arguments)
        where symbol is not (Option<bool> or Option { Arity.MaximumNumberOfValues: 0 })
        let helpName = symbol is Option option ? option.HelpName : ((Argument)symbol).HelpName
        where SecretWord().IsMatch($"{symbol.Name} {helpName} {symbol.Description}")
        group one by symbol into users
        select $"{users.First().Name} {users.Key.Name}";

    private static IEnumerable<(string Name, Command Command)> All(Command command, string name) =>
        command.Subcommands.SelectMany(inner => All(inner, NameOf(inner, name))).Prepend((name, command));

    private static IEnumerable<(string Name, Command Command)> Leaves(Command command, string name) =>
        command.Subcommands.Count == 0
            ? [(name, command)]
            : command.Subcommands.SelectMany(inner => Leaves(inner, NameOf(inner, name)));

    private static string NameOf(Command inner, string outer) => outer.Length == 0 ? inner.Name : $"{outer} {inner.Name}";

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
