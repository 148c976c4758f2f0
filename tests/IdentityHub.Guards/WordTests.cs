using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Names, comments, messages and documents use the terms of the field and plain sentences, no metaphors; users are "they".
/// </summary>
public partial class WordTests
{
    // What is right as it is, and why: a sentence that a golden file of the open endpoints has frozen, and a part of an address.
    private static readonly string[] Allowed = ["Nobody is referred by himself.", "house number"];

    private static readonly string[] Folders = ["src/", "deploy/", "config/", "config.production.example/", "docs/"];
    private static readonly string[] Texts =
    [
        ".cs", ".cshtml", ".csproj", ".editorconfig", ".html", ".json", ".md", ".props", ".resx", ".sh", ".txt", ".yaml"
    ];

    [Test]
    public void Words_are_plain() => Rule.Holds(Odd(Repository.Read(IsChecked)));

    [TestCase("src/A.cs", "class FrontDoor;", "door")]
    [TestCase("src/A.cs", "private static readonly User Nobody = new();", "nobody")]
    [TestCase("src/A.cs", "private string _nobodysHash;", "nobody")]
    [TestCase("src/A.cs", "void ComeAgain();", "come again")]
    [TestCase("src/A.cs", "return \"The value is not one of these; 1 to 5 is right.\";", "is right")]
    [TestCase("src/A.cs", "// What a user types about himself.", "himself")]
    [TestCase("docs/a.md", "It runs beside\nthe requests.", "beside")]
    [TestCase("config/a.yaml", "# The day on which it ends.", "the day")]
    public void A_metaphor_or_an_odd_word_is_caught(string path, string text, string word) =>
        Rule.Catches(Odd([new SourceFile(path, text)]), $"{path}:1: '{word}'");

    [TestCase("src/A.cs", "return \"Nobody is referred by himself.\";")]
    [TestCase("src/A.cs", "[Description(\"Street and house number.\")] int Outdoors, Besides, TheDays, BreathalyzerHello;")]
    [TestCase("docs/a.md", "`L5_It_leaves_nothing_to_whoever_had_the_account`")]
    public void Plain_words_are_not(string path, string text) => Rule.Holds(Odd([new SourceFile(path, text)]));

    private static bool IsChecked(string path) =>
        (Folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) || !path.Contains('/', StringComparison.Ordinal))
        && Texts.Contains(Path.GetExtension(path))
        && !path.StartsWith("docs/contracts/", StringComparison.Ordinal)
        && !path.Contains("/Migrations/", StringComparison.Ordinal)
        && !path.EndsWith("/common-passwords.txt", StringComparison.Ordinal)
        && !OtherLanguage().IsMatch(path);

    private static IEnumerable<string> Odd(IEnumerable<SourceFile> files) =>
        from file in files
        let text = Plain(file)
        from match in Word().Matches(text)
        select $"{file.Path}:{text.AsSpan(0, match.Index).Count('\n') + 1}: '{match.Value.ToLowerInvariant()}' is a metaphor or an odd "
            + "word: say it plainly";

    // Names of code are read as words. In documents a name stays whole: they cite names of tests.
    private static string Plain(SourceFile file)
    {
        var text = Allowed.Aggregate(file.Text, static (text, allowed) => text.Replace(allowed, "", StringComparison.Ordinal));
        return file.Path.EndsWith(".cs", StringComparison.Ordinal) ? WordStart().Replace(text, " ").Replace('_', ' ') : text;
    }

    // Words of other languages are no English ones.
    [GeneratedRegex(@"\.(?!en\.)[a-z]{2}\.(?:resx|txt|html|json)$")]
    private static partial Regex OtherLanguage();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();

    [GeneratedRegex(
        @"\bnobody(?=s?\b)|\b(?:doors?|houses?|whom?ever|beside|alongside|oneself|comes? again|at home|breaths?|breathe[sd]?"
        + @"|the day|(?:is|are) right|he|his|him|himself|she|hers?|herself)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
