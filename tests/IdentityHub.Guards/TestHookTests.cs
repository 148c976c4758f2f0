using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Production code has nothing that is there for tests only. Tests look at the statements of a node through a database of their own, which
/// wraps that of production: ObservedDatabase.
/// </summary>
public partial class TestHookTests
{
    [Test]
    public void No_member_is_there_for_tests() => Rule.Holds(Hooks(Repository.CSharp()));

    [TestCase("public Func<string, CancellationToken, Task>? Gate { get; set; }")]
    [TestCase("internal void ResetForTests() { }")]
    [TestCase("internal Action? TestHook;")]
    [TestCase("public bool IsUnderTest => false;")]
    [TestCase("/// <summary>Null outside tests.</summary>\npublic Action? Before { get; set; }")]
    public void A_hook_is_caught(string code) => Rule.Catches(Hooks([new SourceFile("a.cs", code)]), "a.cs");

    [TestCase("private readonly SemaphoreSlim[] _gates = [];")]
    [TestCase("// What tests prove, and who takes them.\nclass Test;")]
    public void Other_words_are_not(string code) => Rule.Holds(Hooks([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> Hooks(IEnumerable<SourceFile> files) =>
        files.SelectMany(file => file.Find(Member()).Concat(Remark().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}")));

    [GeneratedRegex(@"\b(?:Gate|TestHook|\w*ForTest(?:s|ing)?|\w*UnderTest|\w*InTests)\b")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?i)\b(?:outside (?:of )?tests|(?:only )?(?:for|by|in) tests(?: only)?\b|tests only)")]
    private static partial Regex Remark();
}
