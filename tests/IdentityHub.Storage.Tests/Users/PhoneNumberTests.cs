using IdentityHub.Storage.Users;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

public class PhoneNumberTests
{
    [TestCase("+27761234567")]
    [TestCase("0027761234567")]
    [TestCase(" +27 (76) 123-45.67 ")]
    public void The_ways_of_writing_a_number_are_one(string typed) =>
        Assert.That(PhoneNumber.Normalize(typed), Is.EqualTo("+27761234567"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("+")]
    [TestCase("alice")]
    [TestCase("0761234567", Description = "a national number: which country is not known")]
    [TestCase("+123456")]
    [TestCase("+1234567890123456")]
    [TestCase("+0761234567")]
    [TestCase("000761234567")]
    [TestCase("++27761234567")]
    [TestCase("+2776123456x")]
    [TestCase("+27761234567\0")]
    [TestCase("+\uFF12\uFF1761234567", Description = "full-width digits")]
    [TestCase("+٢٧761234567", Description = "Arabic digits")]
    [TestCase("+2 7 7 6 1 2 3 4 5 6 7                              ")]
    public void What_is_no_E164_number_is_null(string? typed) =>
        Assert.That(PhoneNumber.Normalize(typed), Is.Null);

    [TestCase("+27 76 123 4567", "+27761234567")]
    [TestCase("02345678901234", "02345678901234", Description = "contracts/oauth-v2-and-otp.md")]
    [TestCase(" 0234 567-890.12(34) ", "02345678901234")]
    [TestCase("0027761234567", "+27761234567")]
    [TestCase("27761234567", null)]
    [TestCase("012345", null)]
    [TestCase("0234567890123456", null)]
    [TestCase("\uFF10234567890", null)]
    public void A_national_number_can_be_dialled_and_is_no_other_way_of_writing_an_international_one(string typed, string? expected) =>
        Assert.That(PhoneNumber.NormalizeDialled(typed), Is.EqualTo(expected));
}
