using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// An interface of ours stands between its callers and at least two implementations of today; a test double does not count.
/// </summary>
public partial class InterfaceTests
{
    [Test]
    public void Every_interface_has_two_implementations() => Rule.Holds(Lonely(Repository.CSharp()));

    [TestCase("interface IClock;")]
    [TestCase("interface IClock; class Watch : IClock;")]
    [TestCase("interface IClock; class Watch(IClock other) : IClock;", Description = "a dependency is no implementation")]
    public void A_lonely_interface_is_caught(string code) => Rule.Catches(Lonely([new SourceFile("a.cs", code)]), "IClock");

    [TestCase("interface IClock; class Watch : IClock; sealed class Sundial(int a) : Plate(a), IClock { }")]
    [TestCase("interface IShape<T>; class A : IShape<int>; class B\n    : IShape<string>\n    where C : D { }")]
    public void One_with_two_is_not(string code) => Rule.Holds(Lonely([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> Lonely(IReadOnlyList<SourceFile> files)
    {
        var bases = files.SelectMany(file => BaseList().Matches(file.Code)).Select(match => match.Groups[1].Value).ToList();
        return from file in files
               from Match declared in Interface().Matches(file.Code)
               let name = declared.Groups[1].Value
               let implementations = bases.Count(list => Regex.IsMatch(list, $@"\b{name}\b"))
               where implementations < 2
               select $"{file.Path}: {name} has {implementations} implementations";
    }

    [GeneratedRegex(@"\binterface (I[A-Z]\w*)")]
    private static partial Regex Interface();

    // The name, type parameters and primary constructor are skipped; the list ends where the body or a constraint begins.
    [GeneratedRegex(
        @"\b(?:class|record|struct) "
            + @"\w+(?:<[^>]*>)?\s*(?:\((?>[^()]+|(?<open>\()|(?<-open>\)))*(?(open)(?!))\))?\s*:([^{;]*?)(?=\{|;|\bwhere\b)")]
    private static partial Regex BaseList();
}
