using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>A line of the results names one test: class and sentence are unique over all test projects.</summary>
public partial class TestNameTests
{
    [Test]
    public void Test_names_are_unique() => Rule.Holds(Repeated(Repository.CSharp("tests")));

    [Test]
    public void A_repeated_name_is_caught()
    {
        const string code = "class ATests { [Test] public void It_works() { } }";

        Rule.Catches(Repeated([new SourceFile("tests/A/ATests.cs", code), new SourceFile("tests/B/ATests.cs", code)]), "ATests.It_works");
    }

    private static IEnumerable<string> Repeated(IEnumerable<SourceFile> files) =>
        from file in files
        let fixture = Fixture().Match(file.Code).Groups[1].Value
        from Match test in TestMethod().Matches(file.Code)
        group file.Path by $"{fixture}.{test.Groups[1].Value}" into named
        where named.Count() > 1
        select $"{named.Key} stands in {string.Join(", ", named)}";

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Fixture();

    [GeneratedRegex(
        @"\[(?:Test|TestCase|TestCaseSource)\b[^\n]*\n?(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:static )?(?:void|Task) (\w+)\(")]
    private static partial Regex TestMethod();
}
