using FsCheck.Fluent;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

[Property("Spec", "RFC 7519 4.1")]
public class JwtClaimTests
{
    [TestCase("0", "1970-01-01T00:00:00Z")]
    [TestCase("1300819380", "2011-03-22T18:43:00Z")]
    [TestCase("1300819380.25", "2011-03-22T18:43:00.25Z")]
    [TestCase("1.30081938e9", "2011-03-22T18:43:00Z")]
    [TestCase("-1", "1969-12-31T23:59:59Z")]
    [TestCase("253402300799", "9999-12-31T23:59:59Z")]
    [TestCase("-62135596800", "0001-01-01T00:00:00Z")]
    public void A_NumericDate_is_whole_or_with_a_fraction(string number, string expected) =>
        Assert.That(Time(number), Is.EqualTo(DateTimeOffset.Parse(expected, null)));

    [TestCase("253402300800")]
    [TestCase("-62135596801")]
    [TestCase("9223372036854775808")]
    [TestCase("1e400")]
    [TestCase("-1e28")]
    [TestCase("\"1300819380\"")]
    [TestCase("null")]
    [TestCase("[1300819380]")]
    public void A_time_out_of_range_or_of_another_type_is_none(string number) => Assert.That(Time(number), Is.Null);

    [Test]
    public void Every_second_of_the_calendar_is_read_exactly() =>
        Always.Holds(Gen.Choose(int.MinValue, int.MaxValue), seconds => Time($"{seconds}") == DateTimeOffset.FromUnixTimeSeconds(seconds));

    [TestCase("999", false)]
    [TestCase("1000", false)]
    [TestCase("1000.5", true)]
    [TestCase("1001", true)]
    [TestCase("\"1\"", true, Description = "its meaning is not known")]
    [TestCase("null", true)]
    public void A_claim_is_after_a_time_when_it_is_later_or_cannot_be_read(string number, bool isAfter) =>
        Assert.That(
            Given.Token(Given.Unsigned("""{"alg":"ES256"}""", $$"""{"nbf":{{number}}}""")).IsAfter("nbf", DateTimeOffset.FromUnixTimeSeconds(1000)),
            Is.EqualTo(isAfter));

    [Test]
    public void A_claim_that_is_missing_is_after_nothing() =>
        Assert.That(Given.Token(Given.Unsigned("""{"alg":"ES256"}""", "{}")).IsAfter("nbf", DateTimeOffset.UnixEpoch), Is.False);

    [TestCase("\"orders\"", "orders")]
    [TestCase("""["orders"]""", "orders")]
    [TestCase("""["orders","billing"]""", "orders,billing")]
    [TestCase("""["orders",1]""", "")]
    [TestCase("[]", "")]
    [TestCase("null", "")]
    [TestCase("""{"orders":1}""", "")]
    [Property("Spec", "RFC 7519 4.1.3")]
    public void The_audience_is_one_string_or_an_array_of_strings(string audience, string expected) =>
        Assert.That(
            string.Join(',', Given.Token(Given.Unsigned(Header, $$"""{"aud":{{audience}}}""")).GetAudiences()), Is.EqualTo(expected));

    [Test]
    public void An_absent_claim_is_none()
    {
        var jwt = Given.Token(Given.Unsigned(Header, "{}"));

        Assert.That((jwt.GetString("sub"), jwt.GetTime("exp")), Is.EqualTo(((string?)null, (DateTimeOffset?)null)));
        Assert.That(jwt.GetAudiences(), Is.Empty);
    }

    [TestCase("\"alice\"", "alice")]
    [TestCase("\"\"", "")]
    [TestCase("\"\\u00e9\"", "é")]
    [TestCase("7", null)]
    [TestCase("true", null)]
    [TestCase("""["alice"]""", null)]
    public void Only_a_string_is_read_as_one(string value, string? expected) =>
        Assert.That(Given.Token(Given.Unsigned(Header, $$"""{"sub":{{value}}}""")).GetString("sub"), Is.EqualTo(expected));

    private const string Header = """{"alg":"ES256"}""";

    private static DateTimeOffset? Time(string number) => Given.Token(Given.Unsigned(Header, $$"""{"exp":{{number}}}""")).GetTime("exp");
}
