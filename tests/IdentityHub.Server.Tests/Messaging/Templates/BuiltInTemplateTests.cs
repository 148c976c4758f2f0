using System.Reflection;
using System.Text;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging.Templates;

/// <summary>The words of every message, as they arrive: a file of the folder <c>golden</c> for each template and language.</summary>
public class BuiltInTemplateTests
{
    private const string Prefix = "templates/";

    private static readonly Dictionary<string, string> Values = new()
    {
        ["code"] = "123456",
        ["minutes"] = "60",
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
        Assembly.GetAssembly(typeof(TemplateFolder))!.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal))
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
    public void Every_template_comes_in_the_same_languages_and_a_mail_with_its_HTML_form()
    {
        var names = Names().ToList();
        var resources = Assembly.GetAssembly(typeof(TemplateFolder))!.GetManifestResourceNames();
        var stems = names.Select(name => name[..name.LastIndexOf('.')]).Distinct().ToList();

        Assert.That(names, Is.EquivalentTo(stems.SelectMany(stem => new[] { $"{stem}.de", $"{stem}.en" })));
        Assert.That(
            names.Where(name => !name.Contains("sms", StringComparison.Ordinal) && !resources.Contains($"{Prefix}{name}.html")), Is.Empty);
    }
}
