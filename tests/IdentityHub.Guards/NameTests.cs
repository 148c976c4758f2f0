using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>Types carry the field's nouns; what is public says what its signature cannot.</summary>
public partial class NameTests
{
    [Test]
    public void No_type_is_named_after_nothing() => Rule.Holds(EmptyNames([.. Repository.CSharp(), .. Repository.CSharp("tests")]));

    [TestCase("class SessionManager;")]
    [TestCase("internal static class StringUtils { }")]
    [TestCase("record struct TokenHelper(int A);")]
    [TestCase("public abstract class GrantBase<T>;")]
    public void An_empty_name_is_caught(string code) => Rule.Catches(EmptyNames([new SourceFile("a.cs", code)]), "a.cs:1");

    [Test]
    public void Every_public_type_has_a_summary() => Rule.Holds(Undocumented(Repository.CSharp()));

    [TestCase("public sealed class A;")]
    [TestCase("// no summary\npublic record A(int B);")]
    [TestCase("[Flags]\npublic enum A;")]
    [TestCase("/// <summary>B.</summary>\nclass B;\n[Flags]\npublic enum A;")]
    public void A_public_type_without_a_summary_is_caught(string code) =>
        Rule.Catches(Undocumented([new SourceFile("a.cs", code)]), "a.cs");

    [TestCase("/// <summary>A.</summary>\npublic sealed class A;")]
    [TestCase("/// <summary>A.</summary>\n[Flags]\npublic enum A;")]
    [TestCase("/// <summary>A.</summary>\n[Names(\n    \"b\")]\npublic enum A;")]
    [TestCase("internal sealed class A;")]
    public void A_public_type_with_one_is_not(string code) => Rule.Holds(Undocumented([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> EmptyNames(IEnumerable<SourceFile> files) => files.SelectMany(file => file.Find(EmptyName()));

    private static IEnumerable<string> Undocumented(IEnumerable<SourceFile> files)
    {
        foreach (var file in files)
        {
            var lines = file.Text.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (!PublicType().IsMatch(lines[i]))
                    continue;

                // Between a type and its summary stand attributes only; whatever ends a line of code ends the search.
                var above = i - 1;
                while (above >= 0 && !EndOfSearch().IsMatch(lines[above]))
                    above--;
                if (above < 0 || !lines[above].TrimStart().StartsWith("///", StringComparison.Ordinal))
                    yield return $"{file.Path}:{i + 1}: {lines[i].Trim()}";
            }
        }
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum) \w*(?:Manager|Helpers?|Utils?|Utility|Utilities|Base)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^\s*$|^\s*//|[;{}]\s*$")]
    private static partial Regex EndOfSearch();

    [GeneratedRegex(@"^\s*public (?:(?:sealed|static|abstract|readonly|partial|ref) )*(?:class|record|struct|interface|enum|delegate)\b")]
    private static partial Regex PublicType();
}
