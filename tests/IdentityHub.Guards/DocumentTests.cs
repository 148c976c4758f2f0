using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>The README stays short, and every page that a page names is there.</summary>
public partial class DocumentTests
{
    private const int LongestReadme = 900;

    [Test]
    public void The_README_is_short() => Rule.Holds(TooLong(Repository.Read(path => path == "README.md").Single()));

    [Test]
    public void A_long_README_is_caught() =>
        Rule.Catches(TooLong(new SourceFile("README.md", string.Concat(Enumerable.Repeat("word ", LongestReadme + 1)))), "901 words");

    [Test]
    public void Every_page_that_a_page_names_is_there() =>
        Rule.Holds(Broken(Repository.Read(path => path.EndsWith(".md", StringComparison.Ordinal)), Repository.Paths));

    [TestCase("README.md", "[a](docs/missing.md)")]
    [TestCase("docs/a.md", "[a](decisions/0001.md)", Description = "relative to the page, not to the root")]
    public void A_missing_page_is_caught(string path, string text) =>
        Rule.Catches(Broken([new SourceFile(path, text)], ["decisions/0001.md"]), path);

    [TestCase("docs/a.md", "[a](../src/b.cs) [c](b.md#part) [d](https://www.rfc-editor.org/rfc/rfc6749)")]
    public void Pages_that_are_there_are_not(string path, string text) =>
        Rule.Holds(Broken([new SourceFile(path, text)], ["src/b.cs", "docs/b.md"]));

    private static IEnumerable<string> TooLong(SourceFile readme)
    {
        var words = readme.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (words > LongestReadme)
            yield return $"{readme.Path} has {words} words; {LongestReadme} are allowed. Move what is too much to docs/.";
    }

    private static IEnumerable<string> Broken(IEnumerable<SourceFile> pages, IReadOnlyList<string> paths) =>
        from page in pages
        from match in Link().Matches(page.Text)
        let target = match.Groups[1].Value
        where !Uri.TryCreate(target, UriKind.Absolute, out _)
        let path = new Uri(new Uri($"file:///{page.Path}"), target).AbsolutePath.TrimStart('/')
        where !paths.Contains(path) && !paths.Any(known => known.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))
        select $"{page.Path}: {target} is not there";

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")]
    private static partial Regex Link();
}
