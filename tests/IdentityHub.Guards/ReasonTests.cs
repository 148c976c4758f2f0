using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>Every reason of a refusal stands in one catalogue, is used, and is described in <c>docs/reasons.md</c>.</summary>
public partial class ReasonTests
{
    private const string Catalogue = "src/IdentityHub.Protocol/Vocabulary/Reasons.cs";
    private const string Document = "docs/reasons.md";

    [Test]
    public void The_document_is_the_catalogue()
    {
        var made = Render(Catalogued());
        var path = Path.Combine(Repository.Root, Document);
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, made);

        Assert.That(
            File.Exists(path) ? File.ReadAllText(path) : "", Is.EqualTo(made),
            $"The catalogue has changed. Run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1, and look at the difference in {Document}."
        );
    }

    [Test]
    public void A_reason_is_named_once_and_like_its_code_and_described_by_a_sentence() => Rule.Holds(Misnamed(Catalogued()));

    [TestCase("A", "code_b", "A sentence.", "A names code_b")]
    [TestCase("CodeB", "code_b", "no sentence", "no sentence")]
    public void Another_is_caught(string name, string code, string sentence, string expected) =>
        Rule.Catches(Misnamed([new Entry(name, code, sentence)]), expected);

    [Test]
    public void Every_reason_is_used() => Rule.Holds(Unused(Catalogued(), Sources()));

    [Test]
    public void A_reason_that_nothing_uses_is_caught() =>
        Rule.Catches(Unused([new Entry("A", "a", "One.")], [new SourceFile("src/A.cs", "Reasons.Another")]), "A");

    [Test]
    public void No_refusal_names_its_reason_by_a_text_of_its_own() => Rule.Holds(Uncatalogued(Sources()));

    [TestCase("return Refusal.InvalidGrant(\"code_gone\", \"the code is gone\");")]
    [TestCase("return Refusal.InvalidRequest($\"Parameter {name} is missing.\", \"name_missing\");")]
    [TestCase("return Refusal.InvalidClient(isKnown ? \"known\" : Reasons.Unknown, \"no\");")]
    [TestCase("return new Refusal(RefusalKind.InvalidGrant, \"No.\", \"code_gone\", \"no\");")]
    [TestCase("public static Refusal Gone { get; } = new(\n    RefusalKind.NotFound, $\"No {name}.\", \"code_gone\", \"no\");")]
    [TestCase("return Refusal.Of(RefusalKind.NotFound, \"No.\", \"code_gone\");")]
    [TestCase("return OtpErrors.Of(field, \"No.\", $\"{field}_malformed\");")]
    [TestCase("return error.Reason == \"code_gone\";")]
    [TestCase("return error is { Reason: \"code_gone\" };")]
    public void A_text_is_caught(string code) => Rule.Catches(Uncatalogued([new SourceFile("src/A.cs", code)]), "src/A.cs");

    [TestCase("return Refusal.InvalidRequest(\"Parameter 'code' is missing.\", Reasons.CodeMissing);")]
    [TestCase("return new Refusal(RefusalKind.InvalidGrant, \"No.\", Reasons.CodeGone, \"no\");")]
    [TestCase("private static Refusal Refused(string reason) => new(RefusalKind.InvalidGrant, \"No.\", reason, $\"refused: {reason}\");")]
    public void The_catalogue_is_not(string code) => Rule.Holds(Uncatalogued([new SourceFile("src/A.cs", code)]));

    private static IReadOnlyList<SourceFile> Sources() => [.. Repository.CSharp().Where(static file => file.Path != Catalogue)];

    private static IReadOnlyList<Entry> Catalogued() =>
    [
        .. Constant().Matches(Repository.Read(static path => path == Catalogue).Single().Text)
            .Select(static match => new Entry(match.Groups["name"].Value, match.Groups["code"].Value, match.Groups["sentence"].Value))
            .OrderBy(static entry => entry.Code, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Misnamed(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (!string.Equals(entry.Name, entry.Code.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                yield return $"{entry.Name} names {entry.Code}";
            if (!char.IsAsciiLetterUpper(entry.Sentence[0]) || entry.Sentence[^1] != '.')
                yield return $"{entry.Code} is described by no sentence";
        }

        foreach (var twice in entries.GroupBy(static entry => entry.Code).Where(static group => group.Count() > 1))
            yield return $"{twice.Key} stands there twice";
    }

    private static IEnumerable<string> Unused(IReadOnlyList<Entry> entries, IReadOnlyList<SourceFile> files)
    {
        var used = files
            .SelectMany(static file => Use().Matches(file.Text))
            .Select(static match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        return entries.Select(static entry => entry.Name).Where(name => !used.Contains(name));
    }

    private static IEnumerable<string> Uncatalogued(IReadOnlyList<SourceFile> files) =>
        from file in files
        from match in Text().Matches(file.Text)
        select $"{file.Path}: {match.Value}";

    private static string Render(IReadOnlyList<Entry> entries)
    {
        var page = new StringBuilder(
            """
            # Reasons

            Each refusal has a reason: the check that refused. It stands in the audit trail under the trace id of the answer, in the metrics, and
            in answers as `error_reason` where it tells nothing that the caller may not know. Messages that were not delivered have a reason
            too; `http_NNN` and `smtp_NNN` are the status that the other side answered.

            | reason | what it means |
            |---|---|

            """);
        foreach (var entry in entries)
            page.Append("| `").Append(entry.Code).Append("` | ").Append(entry.Sentence).Append(" |\n");
        return page.ToString();
    }

    [GeneratedRegex(@"\[Description\(""(?<sentence>[^""]+)""\)\]\s+public const string (?<name>\w+) = ""(?<code>[a-z0-9_]+)"";")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\bReasons\.(\w+)")]
    private static partial Regex Use();

    [GeneratedRegex("""
        \b(?:InvalidGrant|InvalidClient|InvalidCredentials|InvalidOneTimePassword|TooManyRequests|TemporarilyUnavailable|InvalidToken
            |InvalidRequestUri|InvalidRequestObject|UserCodeRefused|NoSession|NoUser)\((?:[\w.()\s]+\?\s*)?"[a-z0-9_]+"
        |InvalidRequest\((?:(?!Reasons\.)[^;])*,\s*"[a-z0-9_]+"\)
        |\bRefusalKind\.\w+,\s*\$?"[^"]*",\s*\$?"[a-z0-9_{}]+"
        |\bOtpErrors\.Of\([^;]*,\s*\$?"[a-z0-9_{}]+"\)
        |\bReason(?:\ ==|\ is|:)\ "
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Text();

    private sealed record Entry(string Name, string Code, string Sentence);
}
