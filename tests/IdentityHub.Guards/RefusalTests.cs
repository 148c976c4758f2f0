using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// A refusal knows no contract, and a contract's translation reads nothing but the refusal. That every
/// translation has a line for every kind, the compiler and <c>RefusalTranslationTests</c> see to.
/// </summary>
public partial class RefusalTests
{
    private const string Kinds = "src/IdentityHub.Protocol/RefusalKind.cs";

    [Test]
    public void Refusals_hold_no_code_and_no_status() => Rule.Holds(Coded(Repository.CSharp("src/IdentityHub.Protocol")));

    [TestCase("src/IdentityHub.Protocol/Refusal.cs", "public sealed record Refusal(RefusalKind Kind, int Status);")]
    [TestCase("src/IdentityHub.Protocol/Refusal.cs", "public sealed record Refusal(string Code);")]
    [TestCase("src/IdentityHub.Protocol/A.cs", "return new OAuthError();")]
    public void One_that_does_is_caught(string path, string code) => Rule.Catches(Coded([new SourceFile(path, code)]), path);

    [Test]
    public void No_refusal_is_told_by_its_sentence() => Rule.Holds(Sniffed(Repository.CSharp()));

    [TestCase("return error.Description == \"No.\" ? 1 : 2;")]
    [TestCase("return refusal.Detail is \"gone\";")]
    [TestCase("return error.Description.StartsWith(\"No\", StringComparison.Ordinal);")]
    [TestCase("return error is { Description: \"No.\" };")]
    public void One_that_is_told_by_it_is_caught(string code) => Rule.Catches(Sniffed([new SourceFile("src/A.cs", code)]), "src/A.cs");

    [Test]
    public void Nothing_of_a_refusal_of_an_older_API_travels_beside_it() => Rule.Holds(Beside(Repository.CSharp("src/IdentityHub.Server")));

    [TestCase("http.Features.Set(new FaultyField(field));")]
    [TestCase("http.Features.Set<IReadOnlyList<ListedError>>([]);")]
    [TestCase("return http.Features.Get<FaultyField>()?.Name;")]
    [TestCase("http.Items[\"fault\"] = field;")]
    public void What_does_is_caught(string code) =>
        Rule.Catches(Beside([new SourceFile("src/IdentityHub.Server/Dialects/OAuthV2/A.cs", code)]), "A.cs");

    [TestCase("http.Features.Set(new UrlSecrets(lsid, key, null));")]
    [TestCase("var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();")]
    public void What_is_no_refusal_is_not(string code) =>
        Rule.Holds(Beside([new SourceFile("src/IdentityHub.Server/Dialects/LoginSessions/A.cs", code)]));

    [Test]
    public void Every_kind_is_refused_somewhere() => Rule.Holds(Unused(Repository.CSharp()));

    [Test]
    public void A_kind_that_only_translations_name_is_caught() =>
        Rule.Catches(
            Unused([
                new SourceFile(Kinds, "enum RefusalKind\n{\n    Gone,\n}\n"),
                new SourceFile("src/A/GoneErrors.cs", "RefusalKind.Gone => 410")
            ]),
            "Gone");

    private static IEnumerable<string> Coded(IEnumerable<SourceFile> files) => files.SelectMany(
        static file => file.Path.EndsWith("/Refusal.cs", StringComparison.Ordinal) ? file.Find(CodeOrStatus()) : file.Find(OldName()));

    private static IEnumerable<string> Sniffed(IEnumerable<SourceFile> files) =>
        from file in files
        from match in Sentence().Matches(file.Text)
        select $"{file.Path}: {match.Value}";

    private static IEnumerable<string> Beside(IEnumerable<SourceFile> files) =>
        files
            .Where(static file => file.FolderIn("src/IdentityHub.Server").Split('/')[0] == "Dialects")
            .SelectMany(static file => file.Find(SideChannel()));

    private static IEnumerable<string> Unused(IReadOnlyList<SourceFile> files)
    {
        var used = files.Where(static file => file.Path != Kinds && !file.Path.EndsWith("Errors.cs", StringComparison.Ordinal))
            .SelectMany(static file => Use().Matches(file.Text))
            .Select(static match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        return Member().Matches(files.Single(static file => file.Path == Kinds).Text).Select(static match => match.Groups[1].Value)
            .Where(kind => !used.Contains(kind));
    }

    [GeneratedRegex(@"\b(?:string|int)\??\s+(?:Error)?(?:Code|Status)\b|\bOAuthError\b")]
    private static partial Regex CodeOrStatus();

    [GeneratedRegex(@"\bOAuthError\b")]
    private static partial Regex OldName();

    [GeneratedRegex("""
        \b(?:[eE]rror|[rR]efusal)\w*[!?]?\.(?:Description|Detail)(?:\s*(?:==|!=)|\ is\ |\.(?:StartsWith|Contains|EndsWith|Equals)\()
        |\b(?:[eE]rror|[rR]efusal)\w*\ is\ \{[^}]*\b(?:Description|Detail):
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\bFeatures\.(?:Set|Get\w*)(?:<(?!IHttp\w+Feature>|UrlSecrets>)|\((?!new UrlSecrets\())|\.Items\[")]
    private static partial Regex SideChannel();

    [GeneratedRegex(@"\bRefusalKind\.(\w+)")]
    private static partial Regex Use();

    [GeneratedRegex(@"^    (\w+),$", RegexOptions.Multiline)]
    private static partial Regex Member();
}
