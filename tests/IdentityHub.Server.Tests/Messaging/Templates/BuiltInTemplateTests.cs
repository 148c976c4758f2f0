using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging.Templates;

/// <summary>The words of every message, as they arrive: a file of the folder <c>golden</c> for each template and language.</summary>
public partial class BuiltInTemplateTests
{
    private const string Prefix = "templates/";

    private const string GsmAlphabet =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static readonly Dictionary<string, string> Values = new()
    {
        ["code"] = "123456",
        ["minutes"] = "60",
        ["days"] = "7",
        ["host"] = "id.example.com",
        ["client"] = "The Shop",
        ["link"] = "https://id.example.com/somewhere?token=ihw_token",
        ["user"] = "alice <b>",
        ["when"] = "2026-11-29 10:00 UTC",
        ["address"] = "203.0.113.9",
        ["device"] = "Chrome on Windows",
        ["product"] = "Acme",
        ["accent"] = "#0b5cad",
        ["accent_text"] = "#ffffff",
    };

    private static IEnumerable<string> Names() =>
        BuiltInTemplates.Files.Keys
            .Where(name => name.EndsWith(".txt", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".txt".Length])
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void A_message_has_these_words(string name)
    {
        var kind = TemplateKind.All.Where(kind => name.StartsWith(kind.Name, StringComparison.Ordinal)).MaxBy(kind => kind.Name.Length)!;
        var (stem, language) = (name[..name.LastIndexOf('.')], name[(name.LastIndexOf('.') + 1)..]);
        var variant = stem.Length > kind.Name.Length ? stem[(kind.Name.Length + 1)..] : null;
        var text = new TemplateFolder(Path.Combine(Path.GetTempPath(), "none")).Find(kind, variant, [language]).Fill(Values);
        var written = new StringBuilder();
        if (text.Subject is { } subject)
            written.Append("Subject: ").Append(subject).Append("\n\n");
        written.Append(text.Text).Append('\n');
        if (text.Html is { } html)
            written.Append("\n----- HTML -----\n").Append(html.TrimEnd('\n')).Append('\n');

        var file = SourceTree.PathOf($"tests/IdentityHub.Server.Tests/Messaging/Templates/golden/{name}.txt");
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(file, written.ToString());
        Assert.That(
            written.ToString(), Is.EqualTo(File.Exists(file) ? File.ReadAllText(file) : null),
            "Look at the difference, then run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1.");
    }

    [Test]
    public void Every_template_comes_in_the_languages_of_the_pages_and_a_mail_with_its_HTML_form()
    {
        var names = Names().ToList();
        var stems = names.Select(StemOf).Distinct().ToList();

        Assert.That(
            names, Is.EquivalentTo(stems.SelectMany(stem => BuiltInTexts.ByLanguage.Keys.Select(language => $"{stem}.{language}"))));
        Assert.That(
            names.Where(name =>
                !name.Contains("sms", StringComparison.Ordinal) && !BuiltInTemplates.Files.ContainsKey($"{Prefix}{name}.html")),
            Is.Empty);
    }

    [Test]
    public void A_notice_of_each_kind_has_a_text_of_its_own()
    {
        var stems = Names().Select(StemOf).ToHashSet();

        Assert.That(SecurityNotice.All.Where(notice => !stems.Contains($"{TemplateKind.SecurityNotice.Name}-{notice.Name}")), Is.Empty);
    }

    [Test]
    public void Every_language_of_a_template_has_the_same_values()
    {
        foreach (var (file, text) in BuiltInTemplates.Files)
        {
            var name = file[Prefix.Length..].Split('.');
            var english = BuiltInTemplates.Files[$"{Prefix}{name[0]}.en.{name[2]}"];

            Assert.That(ValuesOf(text), Is.EquivalentTo(ValuesOf(english)), file);
        }
    }

    // 3GPP TS 23.038 §6.2.1: with any other character a text message holds 70 characters in place of 160.
    [TestCaseSource(nameof(Names))]
    public void A_text_message_fits_into_one(string name)
    {
        if (!name.Contains("sms", StringComparison.Ordinal))
            return;
        var words = Value().Replace(BuiltInTemplates.Files[$"{Prefix}{name}.txt"], "");

        Assert.That(words.Where(c => !GsmAlphabet.Contains(c, StringComparison.Ordinal)), Is.Empty, words);
        Assert.That(words, Has.Length.LessThanOrEqualTo(125), "room for a name and a code");
    }

    // WICG, "Origin-bound one-time codes delivered via SMS", §2.1: the last line is '@', the host, a blank, '#' and the code. A code that
    // is typed at a client is not bound to the host of the issuer: a browser would offer it on the wrong site.
    [TestCaseSource(nameof(Names))]
    public void A_text_message_with_a_code_is_bound_to_the_issuer_where_a_page_of_the_issuer_asks_for_the_code(string name)
    {
        if (!name.Contains("sms", StringComparison.Ordinal))
            return;
        var kind = TemplateKind.All.Where(kind => name.StartsWith(kind.Name, StringComparison.Ordinal)).MaxBy(kind => kind.Name.Length)!;
        var template = new TemplateFolder(Path.Combine(Path.GetTempPath(), "none")).Find(kind, null, [name[^2..]]);
        var lines = template.Fill(Values).Text.Split('\n');

        if (kind == TemplateKind.AddressCodeSms)
            Assert.That(lines[^2..], Is.EqualTo(new[] { "", "@id.example.com #123456" }));
        else
            Assert.That(lines, Has.None.StartsWith("@"));
    }

    private static string StemOf(string name) => name[..name.LastIndexOf('.')];

    private static IEnumerable<string> ValuesOf(string text) => Value().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\{\{\w+\}\}")]
    private static partial Regex Value();
}
