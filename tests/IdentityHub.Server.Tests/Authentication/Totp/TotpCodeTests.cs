using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Authentication.Totp;
using IdentityHub.Testing;
using NUnit.Framework;
using OtpNet;

namespace IdentityHub.Server.Tests.Authentication.Totp;

public class TotpCodeTests
{
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");

    // The vectors of the RFC have eight digits; six are the last of them.
    [TestCase(59, "94287082")]
    [TestCase(1111111109, "07081804")]
    [TestCase(1111111111, "14050471")]
    [TestCase(1234567890, "89005924")]
    [TestCase(2000000000, "69279037")]
    [TestCase(20000000000, "65353130")]
    [Spec("RFC 6238", "Appendix B")]
    public void A_code_is_that_of_the_vectors(long seconds, string code) =>
        Assert.That(TotpCode.Of(Seed, TotpCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))), Is.EqualTo(code[2..]));

    [Test]
    public void A_code_is_that_of_another_generator()
    {
        var time = FakeTime.Start;
        for (var i = 0; i < 200; i++)
        {
            var secret = TotpSecret.Draw();
            time = time.AddSeconds(RandomNumberGenerator.GetInt32(1, 100_000));
            Assert.That(
                TotpCode.Of(secret, TotpCode.StepAt(time)),
                Is.EqualTo(new OtpNet.Totp(Base32Encoding.ToBytes(TotpSecret.TextOf(secret))).ComputeTotp(time.UtcDateTime)));
        }
    }

    [TestCase("", "")]
    [TestCase("f", "MY")]
    [TestCase("fo", "MZXQ")]
    [TestCase("foo", "MZXW6")]
    [TestCase("foob", "MZXW6YQ")]
    [TestCase("fooba", "MZXW6YTB")]
    [TestCase("foobar", "MZXW6YTBOI")]
    [Spec("RFC 4648", "10")]
    public void A_secret_is_written_in_base32_without_padding(string bytes, string text) =>
        Assert.That(TotpSecret.TextOf(Encoding.ASCII.GetBytes(bytes)), Is.EqualTo(text));

    [Test]
    public void What_the_picture_says_is_escaped() =>
        Assert.That(
            TotpSecret.UriOf(Seed, "Müller & Co", "a:b@c"),
            Is.EqualTo(
                "otpauth://totp/M%C3%BCller%20%26%20Co:a%3Ab%40c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=M%C3%BCller%20%26%20Co"
                    + "&algorithm=SHA1&digits=6&period=30"));

    [TestCase(-2, false)]
    [TestCase(-1, true)]
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    [Spec("RFC 6238", "5.2")]
    public void A_clock_may_be_off_by_one_step(int steps, bool isTaken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var code = TotpCode.Of(Seed, TotpCode.StepAt(now) + steps);

        Assert.That(TotpCode.StepsOf(Seed, code, now), Is.EqualTo(isTaken ? [TotpCode.StepAt(now) + steps] : Array.Empty<long>()));
    }

    [TestCase("005924", "005924")]
    [TestCase(" 005 924 ", "005924")]
    [TestCase("005-924", "005924")]
    [TestCase("\uFF10\uFF10\uFF15\uFF19\uFF12\uFF14", "005924", Description = "full width")]
    [TestCase("\u0660\u0660\u0665\u0669\u0662\u0664", "005924", Description = "Arabic")]
    [TestCase("00592", null)]
    [TestCase("0059241", null)]
    [TestCase("00592a", null)]
    [TestCase("", null)]
    [TestCase("\uD835", null, Description = "half of a character")]
    public void A_code_is_read_as_it_is_typed(string typed, string? code) => Assert.That(TotpCode.Read(typed), Is.EqualTo(code));

    [Test]
    public void A_long_text_is_not_read() => Assert.That(TotpCode.Read("005924" + new string(' ', 10_000)), Is.Null);
}
