using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

/// <summary>RFC 8628 §6.1.</summary>
public class UserCodeTests
{
    [Test]
    public void A_code_has_more_than_34_bits_and_no_letter_that_is_taken_for_another()
    {
        Assert.That(UserCode.Length * Math.Log2(UserCode.Alphabet.Length), Is.GreaterThan(34));
        Assert.That(UserCode.Alphabet, Is.Unique);
        Assert.That(UserCode.Alphabet.Intersect("AEIOUY0123456789"), Is.Empty);
    }

    [Test]
    public void A_fresh_code_is_found_again_in_the_form_in_which_it_is_shown()
    {
        for (var i = 0; i < 1000; i++)
        {
            var code = UserCode.Create();
            Assert.That(UserCode.Normalize(UserCode.Format(code)), Is.EqualTo(code));
        }
    }

    [TestCase("wdjb-mjht", "WDJBMJHT")]
    [TestCase("  WDJB MJHT\t", "WDJBMJHT")]
    [TestCase("w.d.j.b_m/j–h—t", "WDJBMJHT")]
    [TestCase("\uFF37\uFF24\uFF4A\uFF42\u3000\uFF2D\uFF2A\uFF28\uFF34", "WDJBMJHT", TestName = "A_code_of_full_width_is_read")]
    [TestCase("WDJB", null)]
    [TestCase("WDJB-MJHT-W", null)]
    [TestCase("WDJB-MJHE", null)]
    [TestCase("WDJB+MJHT", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void What_is_typed_is_read_as_it_was_meant_or_not_at_all(string? typed, string? code) =>
        Assert.That(UserCode.Normalize(typed), Is.EqualTo(code));

    [Test]
    public void A_text_of_any_length_is_refused_without_reading_it_all() =>
        Assert.That(UserCode.Normalize(new string('-', 65) + "WDJBMJHT"), Is.Null);
}
