using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

public class SizeTests
{
    private const int MostLines = 400;

    // Path → why it is one piece.
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["tests/IdentityHub.Server.Tests/Admin/Scim/DirectoryUserTests.cs"] = "its tests share one server",
        ["src/IdentityHub.Protocol/Vocabulary/Reasons.cs"] = "one list of all reasons, from which docs/reasons.md is made",
    };

    [Test]
    public void Program_is_a_table_of_contents() =>
        Assert.That(File.ReadAllLines(Path.Combine(Repository.Root, "src/IdentityHub.Server/Program.cs")), Has.Length.AtMost(64));

    [Test]
    public void A_long_file_has_a_reason() => Rule.Holds(Long([.. Repository.CSharp(), .. Repository.CSharp("tests")]));

    [Test]
    public void A_long_file_without_one_is_caught() =>
        Rule.Catches(
            Long([new SourceFile("a.cs", new string('\n', MostLines + 1)), new SourceFile("b.cs", new string('\n', MostLines - 1))]),
            "a.cs");

    [Test]
    public void A_reason_belongs_to_a_file_that_is_still_long() =>
        Rule.Holds(
            Reasons
                .Keys.Except(Repository.CSharp().Concat(Repository.CSharp("tests")).Where(IsLong).Select(file => file.Path))
                .Select(path => $"{path} needs no reason any more"));

    private static IEnumerable<string> Long(IEnumerable<SourceFile> files) =>
        files
            .Where(file => IsLong(file) && !Reasons.ContainsKey(file.Path))
            .Select(file => $"{file.Path} has more than {MostLines} lines: split it, or give the reason here");

    private static bool IsLong(SourceFile file) => file.Text.Count(c => c == '\n') > MostLines;
}
