using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>Lines of code, configuration, scripts and documents stay within 140 characters.</summary>
public partial class LineTests
{
    private const int MaxLength = 140;

    private static readonly string Words = string.Join(' ', Enumerable.Repeat("word", 30));
    private static readonly string[] Extensions = [".cs", ".md", ".sh", ".yaml", ".yml"];

    [Test]
    public void Lines_are_not_too_long() => Rule.Holds(TooLong(Repository.Read(IsChecked)));

    [TestCase("src/A.cs", "// ", "")]
    [TestCase("src/A.cs", "/// <summary>", "</summary>")]
    [TestCase("src/A.cs", "var a = \"", "\";")]
    [TestCase("src/A.cs", "var a =\n    \"\"\"\n    one\n    \"\"\";\n// ", "", Description = "below a raw literal")]
    [TestCase("config/a.yaml", "# ", "")]
    [TestCase("tests/run.sh", "echo ", "")]
    [TestCase(".ci/run", "echo ", "")]
    [TestCase("docs/a.md", "", "")]
    [TestCase("docs/a.md", "- ", "")]
    [TestCase("docs/a.md", "```sh\nls\n```\n", "")]
    public void A_long_line_is_caught(string path, string before, string after) =>
        Rule.Catches(TooLong([new SourceFile(path, before + Words + after)]), path);

    [TestCase("src/A.cs", "var a =\n    \"\"\"\n    ", "\n    \"\"\";")]
    [TestCase("src/A.cs", "var a = $$\"\"\"", "\"\"\";")]
    [TestCase("src/A.cs", "var a = \"\"\"\"a \"\"\" ", " \"\"\"\";", Description = "four quotation marks")]
    [TestCase("docs/a.md", "| ", " |")]
    [TestCase("docs/a.md", "```sh\n", "\n```")]
    [TestCase("docs/a.md", "    ", "")]
    [TestCase("src/A.cs", "// https://example.com/", "/", Description = "an address that cannot be broken")]
    public void What_cannot_be_broken_is_not(string path, string before, string after) =>
        Rule.Holds(TooLong([new SourceFile(path, before + (before.EndsWith('/') ? Words.Replace(' ', '/') : Words) + after)]));

    // Migrations and the contracts are kept as they were made.
    private static bool IsChecked(string path) =>
        (Extensions.Contains(Path.GetExtension(path)) || path == ".ci/run")
        && !path.Contains("/Migrations/", StringComparison.Ordinal)
        && !path.Contains("CompiledModel", StringComparison.Ordinal)
        && !path.StartsWith("docs/contracts/", StringComparison.Ordinal);

    private static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.Split('\n')
        where lines.Any(static line => line.Length > MaxLength)
        let kept = file.Path.EndsWith(".md", StringComparison.Ordinal) ? CodeAndTables(lines)
            : file.Path.EndsWith(".cs", StringComparison.Ordinal) ? RawLiterals(file.Text)
            : []
        from number in Enumerable.Range(0, lines.Length)
        where lines[number].Length > MaxLength && !kept.Contains(number) && !Address().IsMatch(lines[number])
        select $"{file.Path}:{number + 1}: {lines[number].Length} characters, {MaxLength} are allowed";

    private static HashSet<int> RawLiterals(string text) =>
    [
        .. from match in Literal().Matches(text)
           where match.Groups["raw"].Success
           let first = text.AsSpan(0, match.Index).Count('\n')
           from number in Enumerable.Range(first, match.ValueSpan.Count('\n') + 1)
           select number
    ];

    private static HashSet<int> CodeAndTables(string[] lines)
    {
        var kept = new HashSet<int>();
        var isCode = false;
        for (var number = 0; number < lines.Length; number++)
        {
            var line = lines[number];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            if (isCode || line.StartsWith("    ", StringComparison.Ordinal) || line.TrimStart().StartsWith('|'))
                kept.Add(number);
        }

        return kept;
    }

    [GeneratedRegex("""https?://\S{90,}""")]
    private static partial Regex Address();

    [GeneratedRegex(
        """"
        //[^\n]* | /\*[\s\S]*?\*/
        | (?<raw>\$*(?<quotes>"{3,})[\s\S]*?(?<!")\k<quotes>(?!"))
        | \$"(?:\\.|\{[^}\n]*\}|[^"\\\n])*" | (?:\$@|@\$)"(?:[^"]|"")*" | @"(?:[^"]|"")*" | "(?:\\.|[^"\\\n])*"
        | '(?:\\.[^'\n]*|[^'\\\n])'
        """",
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();
}
