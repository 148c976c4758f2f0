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

    [Test]
    public void Every_test_that_the_ledger_names_is_there() =>
        Rule.Holds(Unknown(
            Repository.Read(static path => path == Ledger).Single(),
            Repository.Read(static path =>
                path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))));

    [TestCase("`B3_A_code_fails`", "B3_A_code_fails")]
    [TestCase("`A_code_is_good_…`, `A_code_is_bad_…`", "A_code_is_bad_")]
    public void A_name_of_no_test_is_caught(string ledger, string name) => Rule.Catches(FindTests(ledger), name);

    [TestCase("`A_code_is_good_once`, `A_code_is_good_…`, `password_reset`, `RateLimit-*`")]
    public void A_name_of_a_test_is_not(string ledger) => Rule.Holds(FindTests(ledger));

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

    private static IEnumerable<string> FindTests(string ledger) =>
        Unknown(new SourceFile(Ledger, ledger), [new SourceFile("tests/A.cs", "public void A_code_is_good_once() =>")]);

    // A name may be cut short by an ellipsis.
    private static IEnumerable<string> Unknown(SourceFile ledger, IEnumerable<SourceFile> tests)
    {
        var names = tests.SelectMany(static file => Method().Matches(file.Text))
            .Select(static match => match.Groups["name"].Value)
            .ToList();
        foreach (var named in NamedTest().Matches(ledger.Text).ToList())
        {
            var (start, isCut) = (named.Groups["name"].Value, named.Groups["cut"].Success);
            if (!names.Any(name => isCut ? name.StartsWith(start, StringComparison.Ordinal) : name == start))
                yield return $"{ledger.Path}: there is no test {start}";
        }
    }

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

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]*)(?<cut>…)?`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"\b(?:Task|void) (?<name>[A-Z]\w*_\w*)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"\b(?:docs/)?contracts/[\w-]+\.md|\bdocs/decisions/\d{4}[\w-]*|\bdocs/[\w-]+\.md")]
    private static partial Regex Page();

    [GeneratedRegex(@"ASSURANCE(?:"", "")? ?(?<number>[A-Z]\d{1,2})\b(?:(?:,| and|;) (?<number>[A-Z]\d{1,2})\b)*")]
    private static partial Regex Assurance();

    [GeneratedRegex(@"\b[A-Z]\d{1,2}\b")]
    private static partial Regex Statement();
}
