using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Every reason of a refusal, and every reason for which a session or a refresh token ends, stands in its catalogue, is used, and is
/// described in <c>docs/reasons.md</c>.
/// </summary>
public partial class ReasonTests
{
    private const string Refusals = ReasonEntry.Refusals;
    private const string Ends = ReasonEntry.Ends;
    private const string Document = "docs/reasons.md";

    [Test]
    public void The_document_is_the_catalogue()
    {
        var made = Render(ReasonEntry.In(Refusals), ReasonEntry.In(Ends));
        var path = Path.Combine(Repository.Root, Document);
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, made);

        Assert.That(
            File.Exists(path) ? File.ReadAllText(path) : "", Is.EqualTo(made),
            $"A catalogue has changed. Run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1, and look at the difference in {Document}."
        );
    }

    [TestCase(Refusals)]
    [TestCase(Ends)]
    public void A_reason_is_named_once_and_like_its_code_and_described_by_a_sentence(string catalogue) =>
        Rule.Holds(Misnamed(ReasonEntry.In(catalogue)));

    [TestCase("A", "code_b", "A sentence.", "A names code_b")]
    [TestCase("CodeB", "code_b", "no sentence", "no sentence")]
    public void Another_is_caught(string name, string code, string sentence, string expected) =>
        Rule.Catches(Misnamed([new ReasonEntry(name, code, sentence)]), expected);

    [Test]
    public void Every_reason_is_used() =>
        Rule.Holds(Unused(ReasonEntry.In(Refusals), Use(), Sources()).Concat(Unused(ReasonEntry.In(Ends), UseOfEnd(), Sources())));

    [Test]
    public void A_reason_that_nothing_uses_is_caught() =>
        Rule.Catches(
            Unused([new ReasonEntry("A", "a", "One.")], Use(), [new SourceFile("src/A.cs", "Reasons.Another, SessionEndReasons.A")]), "A");

    [Test]
    public void An_end_that_nothing_writes_is_caught() =>
        Rule.Catches(
            Unused([new ReasonEntry("A", "a", "One.")], UseOfEnd(), [new SourceFile("src/A.cs", "SessionEndReasons.B, Reasons.A")]), "A");

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

    private static IReadOnlyList<SourceFile> Sources() =>
        [.. Repository.CSharp().Where(static file => file.Path is not (Refusals or Ends))];

    private static IEnumerable<string> Misnamed(IReadOnlyList<ReasonEntry> entries)
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

    private static IEnumerable<string> Unused(IReadOnlyList<ReasonEntry> entries, Regex use, IReadOnlyList<SourceFile> files)
    {
        var used = files
            .SelectMany(file => use.Matches(file.Text))
            .Select(static match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        return entries.Select(static entry => entry.Name).Where(name => !used.Contains(name));
    }

    private static IEnumerable<string> Uncatalogued(IReadOnlyList<SourceFile> files) =>
        from file in files
        from match in Text().Matches(file.Text)
        select $"{file.Path}: {match.Value}";

    private static string Render(IReadOnlyList<ReasonEntry> refusals, IReadOnlyList<ReasonEntry> ends)
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
        AddRows(page, refusals);
        page.Append(
            """

            ## Ends of sessions and refresh tokens

            A session that ends before its time has a reason, and so has a refresh token that is revoked with all that was issued with it.
            The reason is stored with them (`end_reason`, `revoke_reason`), and stands in the audit trail where a session ended. After
            `logout` and `replaced`, what was granted with `offline_access` continues
            ([0017](decisions/0017-offline-access-outlives-a-logout.md)); any other end of a session ends that too.

            | reason | what it means |
            |---|---|

            """);
        AddRows(page, ends);
        return page.ToString();
    }

    private static void AddRows(StringBuilder page, IReadOnlyList<ReasonEntry> entries)
    {
        foreach (var entry in entries)
            page.Append("| `").Append(entry.Code).Append("` | ").Append(entry.Sentence).Append(" |\n");
    }

    [GeneratedRegex(@"\bReasons\.(\w+)")]
    private static partial Regex Use();

    [GeneratedRegex(@"\bSessionEndReasons\.(\w+)")]
    private static partial Regex UseOfEnd();

    [GeneratedRegex("""
        \b(?:InvalidGrant|InvalidClient|InvalidCredentials|InvalidOneTimePassword|TooManyRequests|TemporarilyUnavailable|InvalidToken
            |InvalidRequestUri|InvalidRequestObject|UserCodeRefused|NoSession|NoUser)\((?:[\w.()\s]+\?\s*)?"[a-z0-9_]+"
        |InvalidRequest\((?:(?!Reasons\.)[^;])*,\s*"[a-z0-9_]+"\)
        |\bRefusalKind\.\w+,\s*\$?"[^"]*",\s*\$?"[a-z0-9_{}]+"
        |\bOtpErrors\.Of\([^;]*,\s*\$?"[a-z0-9_{}]+"\)
        |\bReason(?:\ ==|\ is|:)\ "
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Text();
}
