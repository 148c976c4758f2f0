using System.Text.RegularExpressions;
using IdentityHub.Server.Ui.ControlRoom;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>The texts of the control room are complete in both languages, and each of them is used.</summary>
public partial class ControlRoomTextsTests
{
    // Made of a key and something that is known only while the server runs.
    private static readonly string[] Prefixes =
    [
        "cr.do.", "cr.failure.", "cr.fault.", "cr.field.", "cr.hint.", "cr.chart.", "cr.check.", "cr.filter.", "cr.client.kind.",
        "cr.client.otp.", "cr.secret.", "cr.dialect.state.", "cr.key.state.", "cr.config.action.", "cr.template.", "cr.objects.field.",
    ];

    [Test]
    public void Both_languages_have_the_same_keys_and_values_and_no_text_is_empty()
    {
        var english = ControlRoomTexts.ByLanguage["en"];
        Assert.That(ControlRoomTexts.ByLanguage["de"].Keys, Is.EquivalentTo(english.Keys));
        foreach (var (language, texts) in ControlRoomTexts.ByLanguage)
        {
            foreach (var (key, text) in texts)
            {
                Assert.That(text.Trim(), Is.Not.Empty.And.EqualTo(text), $"{language} {key}");
                Assert.That(Placeholders(text), Is.EquivalentTo(Placeholders(english[key])), $"{language} {key}");
            }
        }
    }

    [Test]
    public void Every_key_that_the_sources_name_is_there_and_every_one_that_is_there_is_named()
    {
        var sources = string.Concat(
            Directory.EnumerateFiles(SourceTree.PathOf("src/IdentityHub.Server/Ui/ControlRoom"), "*.cs*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(".css", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        var named = Literal().Matches(sources).Select(match => match.Groups[1].Value).ToHashSet();
        var keys = ControlRoomTexts.ByLanguage["en"].Keys;
        var actions = Action().Matches(sources).Select(match => match.Groups[1].Value)
            .SelectMany(name => new[] { $"cr.do.{name}", $"cr.do.{name}.done" });

        Assert.That(named.Where(name => !keys.Contains(name) && !Prefixes.Contains(name) && name != ControlRoomTexts.Prefix), Is.Empty,
            "named, but not there");
        Assert.That(actions.Where(name => !keys.Contains(name)), Is.Empty, "an action without its texts");
        Assert.That(
            keys.Where(key => !named.Contains(key) && !Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))), Is.Empty,
            "there, but not named");
    }

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex("\"(cr\\.[a-z_0-9.]*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("new\\(\"([a-z_]+)\", \"admin[A-Z]")]
    private static partial Regex Action();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
