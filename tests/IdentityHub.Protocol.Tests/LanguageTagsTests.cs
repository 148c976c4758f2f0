using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

public class LanguageTagsTests
{
    private static readonly string Longest = new('a', LanguageTags.MaxLength);

    [TestCase("de", "de")]
    [TestCase("de-CH", "de-CH de")]
    [TestCase("zh-Hant-TW", "zh-Hant-TW zh-Hant zh")]
    [TestCase("-x", "-x")]
    [TestCase("", "")]
    [TestCase(null, "")]
    [Property("Spec", "RFC 4647 3.4")]
    public void A_tag_is_tried_whole_and_then_without_its_last_part(string? tag, string ranges) =>
        Assert.That(string.Join(' ', LanguageTags.RangesOf(tag)), Is.EqualTo(ranges));

    [Test]
    public void A_tag_that_is_too_long_names_no_language()
    {
        Assert.That(LanguageTags.RangesOf(Longest), Is.EqualTo([Longest]));
        Assert.That(LanguageTags.RangesOf(Longest + "a"), Is.Empty);
        Assert.That(LanguageTags.Split($"de {Longest}a {Longest}"), Is.EqualTo(["de", Longest]));
    }

    [TestCase(null, "")]
    [TestCase("   ", "")]
    [TestCase("de", "de")]
    [TestCase("  de   fr-CA  ", "de fr-CA")]
    [TestCase("a b c d e f g h i j", "a b c d e f g h")]
    public void A_list_is_read_in_its_order_and_no_further_than_allowed(string? tags, string read) =>
        Assert.That(string.Join(' ', LanguageTags.Split(tags)), Is.EqualTo(read));
}
