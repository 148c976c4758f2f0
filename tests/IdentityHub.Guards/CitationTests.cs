using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// What code says about a contract, a decision or a statement of the assurance ledger can be looked up in the repository.
/// </summary>
public partial class CitationTests
{
    private const string Ledger = "docs/assurance.md";

    [Test]
    public void Every_citation_resolves() =>
        Rule.Holds(Dangling(
            Repository.Read(static path =>
                path.EndsWith(".cs", StringComparison.Ordinal)
                && !path.StartsWith("tests/IdentityHub.Guards/", StringComparison.Ordinal)),
            Repository.Paths, Repository.Read(static path => path == Ledger).Single()));

    [TestCase("// contracts/missing.md rule 5", "contracts/missing.md")]
    [TestCase("// docs/missing.md", "docs/missing.md")]
    [TestCase("// docs/decisions/0099", "decisions/0099")]
    [TestCase("// ASSURANCE Z9", "ASSURANCE Z9")]
    [TestCase("// ASSURANCE L1, Z9", "ASSURANCE Z9")]
    [TestCase("[Spec(\"ASSURANCE\", \"Z9\")]", "ASSURANCE Z9")]
    public void A_citation_of_nothing_is_caught(string text, string cited) => Rule.Catches(Find(text), cited);

    [TestCase("// contracts/README.md rule 5. ASSURANCE L1, L2. RFC 7636 §4.6")]
    [TestCase("// docs/contracts/README.md, docs/decisions/0001 and config/clients.yaml")]
    [TestCase("[Spec(\"ASSURANCE\", \"L1\"), Spec(\"RFC 6749\", \"Z9\")]")]
    public void A_citation_of_something_is_not(string text) => Rule.Holds(Find(text));

    private static IEnumerable<string> Find(string text) =>
        Dangling(
            [new SourceFile("src/A.cs", text)], ["docs/contracts/README.md", "docs/decisions/0001-a.md"],
            new SourceFile(Ledger, "L1 One. L2 Two."));

    private static IEnumerable<string> Dangling(IEnumerable<SourceFile> files, IReadOnlyList<string> paths, SourceFile ledger)
    {
        var statements = Statement().Matches(ledger.Text).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var page in Page().Matches(file.Text).Select(static match => match.Value))
            {
                if (!paths.Any(path =>
                        path.StartsWith(
                            page.StartsWith("docs/", StringComparison.Ordinal) ? page : $"docs/{page}", StringComparison.Ordinal)))
                    yield return $"{file.Path}: {page} is not there";
            }

            foreach (var number in Assurance()
                    .Matches(file.Text)
                    .SelectMany(static match => match.Groups["number"].Captures)
                    .Select(static capture => capture.Value))
            {
                if (!statements.Contains(number))
                    yield return $"{file.Path}: {Ledger} has no statement for ASSURANCE {number}";
            }
        }
    }

    [GeneratedRegex(@"\b(?:docs/)?contracts/[\w-]+\.md|\bdocs/decisions/\d{4}[\w-]*|\bdocs/[\w-]+\.md")]
    private static partial Regex Page();

    [GeneratedRegex(@"ASSURANCE(?:"", "")? ?(?<number>[A-Z]\d{1,2})\b(?:(?:,| and|;) (?<number>[A-Z]\d{1,2})\b)*")]
    private static partial Regex Assurance();

    [GeneratedRegex(@"\b[A-Z]\d{1,2}\b")]
    private static partial Regex Statement();
}
