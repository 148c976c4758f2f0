using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

[Spec("ASSURANCE", "I8"), Spec("ASSURANCE", "B7")]
public class NameNormalizerTests
{
    // Values, not attributes: an attribute cannot hold a lone surrogate.
    private static readonly string[] Unstorable = ["alice\uD800", "\uDC00alice", "\uD800", "alice\0", "\0"];

    [TestCase("alice", "ALICE")]
    [TestCase("  alice\t", "ALICE")]
    [TestCase("\uFF41\uFF4C\uFF49\uFF43\uFF45", "ALICE", TestName = "Full_width_letters_are_the_plain_ones")]
    [TestCase("mi\u212Ae", "MIKE", TestName = "The_Kelvin_sign_is_a_K")]
    [TestCase("jose\u0301", "JOS\u00C9", TestName = "A_combining_accent_is_composed")]
    [TestCase("\uFB01nn", "FINN", TestName = "A_ligature_is_its_letters")]
    [TestCase("", "")]
    public void Names_that_read_the_same_are_the_same(string typed, string normal) =>
        Assert.That(NameNormalizer.Normalize(typed), Is.EqualTo(normal));

    [Test]
    public void A_dotless_i_stays_another_letter_whatever_the_culture() =>
        Assert.That(NameNormalizer.Normalize("admın"), Is.Not.EqualTo(NameNormalizer.Normalize("admin")));

    [TestCaseSource(nameof(Unstorable))]
    public void What_no_database_can_store_names_nobody_and_never_throws(string typed) =>
        Assert.That(NameNormalizer.Normalize(typed), Is.EqualTo("\uFFFD"));
}
