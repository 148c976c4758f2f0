using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>Log messages are source-generated, in the <c>Log.cs</c> of their slice, and no secret is ever an argument of one.</summary>
public partial class LoggingTests
{
    // What a person at a terminal is told when the server starts for the first time, or cannot start, is no log.
    private static readonly string[] AtTheTerminal =
    [
        "src/IdentityHub.Server/Ui/Home/HomeFeature.cs", "src/IdentityHub.Server/Background/Start.cs"
    ];

    [Test]
    public void Logging_goes_through_generated_methods() => Rule.Holds(Direct(Repository.CSharp()));

    [TestCase("log.LogInformation(\"x\");")]
    [TestCase("logger.Log(LogLevel.Warning, \"x\");")]
    [TestCase("Console.WriteLine(token);")]
    public void A_direct_log_call_is_caught(string code) =>
        Rule.Catches(Direct([new SourceFile("src/IdentityHub.Server/A.cs", code)]), "A.cs");

    [Test]
    public void Messages_stand_in_Log_files() => Rule.Holds(Scattered(Repository.CSharp()));

    [Test]
    public void A_message_elsewhere_is_caught() =>
        Rule.Catches(Scattered([new SourceFile("src/A/Endpoint.cs", "[LoggerMessage(1)] partial void X();")]), "Endpoint.cs");

    [Test]
    public void No_secret_is_an_argument_of_a_message() => Rule.Holds(Secrets(Repository.CSharp()));

    [TestCase("string accessToken")]
    [TestCase("string token")]
    [TestCase("string clientSecret")]
    [TestCase("string otp")]
    [TestCase("string Password")]
    [TestCase("string code")]
    [TestCase("string lsid")]
    public void A_secret_in_a_message_is_caught(string parameter) =>
        Rule.Catches(
            Secrets([new SourceFile("src/A/Log.cs", $"[LoggerMessage(1)]\npublic static partial void X(ILogger log, {parameter});")]),
            "Log.cs");

    [TestCase("string clientId, string reason, CancellationToken cancellationToken")]
    public void What_is_no_secret_is_not(string parameters) =>
        Rule.Holds(
            Secrets([new SourceFile("src/A/Log.cs", $"[LoggerMessage(1)]\npublic static partial void X(ILogger log, {parameters});")]));

    private static IEnumerable<string> Direct(IEnumerable<SourceFile> files) =>
        from file in files
        from found in file.Find(DirectCall()).Concat(MayPrint(file.Path) ? [] : file.Find(Print()))
        select found;

    private static bool MayPrint(string path) =>
        path.StartsWith("src/IdentityHub.Cli/", StringComparison.Ordinal) || AtTheTerminal.Contains(path);

    private static IEnumerable<string> Scattered(IEnumerable<SourceFile> files) =>
        files.Where(file => !file.Path.EndsWith("/Log.cs", StringComparison.Ordinal)).SelectMany(file => file.Find(Message()));

    private static IEnumerable<string> Secrets(IEnumerable<SourceFile> files) =>
        files.Where(file => file.Path.EndsWith("/Log.cs", StringComparison.Ordinal)).SelectMany(file => file.Find(SecretParameter()));

    [GeneratedRegex(@"\.Log(?:Trace|Debug|Information|Warning|Error|Critical)\(|\.Log\(LogLevel\.")]
    private static partial Regex DirectCall();

    [GeneratedRegex(@"\bConsole\.(?:Error\.|Out\.)?Write(?:Line)?\(")]
    private static partial Regex Print();

    [GeneratedRegex(@"\[LoggerMessage\b")]
    private static partial Regex Message();

    [GeneratedRegex(
        @"\b(?:string|byte\[\]|ReadOnlySpan<char>)\??\s+(?:\w*(?:token|secret|password|otp|lsid|assertion|verifier)|code|handle|"
            + @"\w*(?:Token|Secret|Password|Otp|Lsid|Code|Handle|ApiKey|Assertion|Verifier))\b",
        RegexOptions.None)]
    private static partial Regex SecretParameter();
}
