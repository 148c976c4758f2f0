using System.Text.RegularExpressions;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Testing;
using IdentityHub.Server.Ui.Shared;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Shared;

/// <summary>The texts are complete in every language, and each of them is used.</summary>
public partial class TextsTests
{
    // Made of a key and something that is known only while the server runs.
    private static readonly string[] Prefixes = ["failure.", "error.lead.", "login.second.", "scope."];

    [Test]
    public void Six_languages_come_with_the_server_itself() =>
        Assert.That(BuiltInTexts.ByLanguage.Keys, Is.EquivalentTo(["de", "en", "es", "fr", "nl", "pt"]));

    [Test]
    public void Every_language_has_the_same_keys()
    {
        foreach (var (language, texts) in BuiltInTexts.ByLanguage)
            Assert.That(texts.Keys, Is.EquivalentTo(BuiltInTexts.ByLanguage[BuiltInTexts.Default].Keys), language);
    }

    [Test]
    public void Every_language_has_the_same_values_in_its_texts_and_no_text_is_empty()
    {
        foreach (var (language, texts) in BuiltInTexts.ByLanguage)
        {
            foreach (var (key, text) in texts)
            {
                Assert.That(text.Trim(), Is.Not.Empty.And.EqualTo(text), $"{language} {key}");
                Assert.That(
                    Placeholders(text), Is.EquivalentTo(Placeholders(BuiltInTexts.ByLanguage[BuiltInTexts.Default][key])),
                    $"{language} {key}");
            }
        }
    }

    // Portuguese is that of Brazil. These are words of the other form, or turns of phrase that Brazilians do not use.
    private const string EuropeanPortuguese =
        @"(?i)palavra-passe|utilizador|utilizaç|aplicaç|ecrã|telemóv|contacto|ficheiro|\belimin|\btransferir\b|\bligaç|\bjá não\b|"
            + @"\bpor si\b|\bregist[aoe]|definiç|\bsítio|descarreg|precisa de\b|para aqui\b|\bterminar? a sess|\bde imediato\b|^guardar\b|"
            + @"\bestá a \w+r\b";

    // An apostrophe of typewriters. Text messages keep it: their alphabet has no other.
    private const string Straight = @"\w'\w";

    // Written in two ways by two translators before: on the pages and in the messages.
    [TestCase("fr", Straight)]
    [TestCase("pt", EuropeanPortuguese)]
    public void A_language_is_written_in_one_way(string language, string other)
    {
        Assert.That(BuiltInTexts.ByLanguage[language].Where(text => Regex.IsMatch(text.Value, other)), Is.Empty);
        Assert.That(
            BuiltInTemplates.Files
                .Where(file => file.Key.Contains($".{language}.", StringComparison.Ordinal) && (other != Straight || !IsSms(file.Key)))
                .SelectMany(file => Regex.Matches(file.Value, other).Select(match => $"{file.Key}: {match.Value}")),
            Is.Empty);
    }

    [Test]
    public void Every_key_that_the_sources_name_is_there_and_every_one_that_is_there_is_named()
    {
        var folder = SourceTree.PathOf("src/IdentityHub.Server/Ui");
        var sources = string.Concat(
            Directory
                .EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(".css", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        var named = Literal().Matches(sources).Select(match => match.Groups[1].Value).ToHashSet();
        var keys = BuiltInTexts.ByLanguage[BuiltInTexts.Default].Keys;
        var families = keys.Select(key => key[..(key.IndexOf('.', StringComparison.Ordinal) + 1)]).ToHashSet();

        Assert.That(
            named.Where(name =>
                families.Any(family => name.StartsWith(family, StringComparison.Ordinal))
                && !keys.Contains(name)
                && !Prefixes.Contains(name)),
            Is.Empty,
            "named, but not there");
        Assert.That(
            keys.Where(key => !named.Contains(key) && !Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))), Is.Empty,
            "there, but not named");
    }

    [TestCase(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Microsoft Edge auf Windows")]
    [TestCase(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0",
        "Opera auf Windows")]
    [TestCase(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
        "Safari auf macOS")]
    [TestCase(
        "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Chrome auf Android")]
    [TestCase(
        "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
        "Chrome auf iPad")]
    [TestCase("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox auf Linux")]
    [TestCase(
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Chrome auf ChromeOS")]
    [TestCase("curl/8.16.0", "curl")]
    [TestCase("SmartTV", "Unbekanntes Gerät")]
    [TestCase("", "Unbekanntes Gerät")]
    [TestCase(null, "Unbekanntes Gerät")]
    public void A_user_agent_is_put_into_words(string? userAgent, string expected) =>
        Assert.That(DeviceText.Describe(userAgent, PageTheme.BuiltIn.Texts["de"]), Is.EqualTo(expected));

    private static bool IsSms(string template) => template.Contains("sms", StringComparison.Ordinal);

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex("\"([a-z_]+(?:\\.[a-z_]*)+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
