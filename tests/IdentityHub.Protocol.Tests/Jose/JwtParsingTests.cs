using System.Buffers.Text;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

[Property("Spec", "RFC 7515 5.2")]
public class JwtParsingTests
{
    private const string Header = """{"alg":"ES256","kid":"1"}""";

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("...")]
    [TestCase("e30.e30")]
    [TestCase("e30.e30.")]
    [TestCase(".e30.e30")]
    [TestCase("e30..e30")]
    [TestCase("e30.e30.e30.e30")]
    [TestCase("e30.e30.e30.e30.e30")]
    [TestCase("null")]
    public void A_token_has_exactly_three_parts_that_hold_something(string compact) => AssertRefused(compact);

    [TestCase("+", "-")]
    [TestCase("/", "_")]
    [TestCase("=", "")]
    [TestCase(" ", "")]
    [TestCase("\n", "")]
    [TestCase("%", "")]
    [TestCase("\u212a", "K")] // Kelvin sign
    [TestCase("\uff21", "A")]
    [TestCase("\0", "")]
    public void Only_the_alphabet_of_base64url_is_read(string foreign, string instead)
    {
        foreach (var part in new[] { 0, 1, 2 })
        {
            var parts = Given.Unsigned(Header).Split('.');
            parts[part] = parts[part][..4] + foreign + parts[part][(4 + instead.Length)..];
            AssertRefused(string.Join('.', parts));
        }
    }

    [Test, Property("Spec", "RFC 4648 3.5")]
    public void Unused_bits_of_the_last_character_are_zero()
    {
        // 64 bytes leave one byte over: two characters, four unused bits.
        var token = Given.Unsigned(Header);

        Assert.That(token, Does.EndWith("AA"));
        Assert.That("BCDEFGHIJKLMNOP".Where(last => Jwt.TryParse(token[..^1] + last, out _, out _)), Is.Empty);
        Assert.That("AQgw".Where(last => Jwt.TryParse(token[..^1] + last, out _, out _)), Is.EqualTo("AQgw"));
    }

    [TestCase("""{"alg":"ES256","crit":["exp"]}""")]
    [TestCase("""{"alg":"ES256","crit":[]}""")]
    [TestCase("""{"alg":"ES256","zip":"DEF"}""")]
    [TestCase("""{"alg":"RSA-OAEP","enc":"A256GCM"}""")]
    [TestCase("""{"alg":"ES256","b64":false}""")]
    [TestCase("""{"alg":"ES256","b64":true}""")]
    [TestCase("""{"alg":"ES256","cr\u0069t":["exp"]}""")]
    [Property("Spec", "RFC 7515 4.1.11")]
    public void A_header_that_changes_the_meaning_is_refused(string header) => AssertRefused(Given.Unsigned(header));

    [TestCase("""{"typ":"JWT"}""")]
    [TestCase("""{"alg":null}""")]
    [TestCase("""{"alg":["ES256"]}""")]
    [TestCase("""{"alg":"ES256","kid":1}""")]
    [TestCase("""{"alg":"ES256","typ":{}}""")]
    [TestCase("""{"alg":"ES256"}x""")]
    [TestCase("""{"alg":"ES256",}""")]
    [TestCase("""{"alg":"ES256"/**/}""")]
    [TestCase("""["alg","ES256"]""")]
    [TestCase("\"alg\"")]
    [TestCase("\ufeff{\"alg\":\"ES256\"}")]
    [TestCase("""{"alg":"\ud800"}""")]
    [TestCase("""{"alg":"ES256","\udc00":1}""")]
    public void A_malformed_header_is_refused(string header) => AssertRefused(Given.Unsigned(header));

    [TestCase("""{"alg":"ES256","alg":"none"}""", Given.Claims)]
    [TestCase("""{"alg":"ES256","\u0061lg":"none"}""", Given.Claims)]
    [TestCase(Header, """{"sub":"alice","sub":"bob"}""")]
    [TestCase(Header, """{"act":{"sub":"alice","sub":"bob"}}""")]
    [Property("Spec", "RFC 7519 4")]
    public void A_name_that_stands_twice_is_refused(string header, string payload) => AssertRefused(Given.Unsigned(header, payload));

    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("hello")]
    [TestCase("{\"sub\":\"a\n\"}")]
    [TestCase("""{"sub":"\ud83d"}""")]
    public void A_payload_that_is_no_object_is_refused(string payload) => AssertRefused(Given.Unsigned(Header, payload));

    [Test]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        var payload = Base64Url.EncodeToString([.. "{\"sub\":\""u8, 0xff, 0xfe, .. "\"}"u8]);

        AssertRefused($"{Given.Encode(Header)}.{payload}.AAAA");
    }

    [TestCase(8, 32, true)]
    [TestCase(9, 32, false)]
    [TestCase(8, 33, false)]
    [TestCase(5_000, 2, false)]
    public void Nesting_is_bounded(int header, int payload, bool accepted)
    {
        var token = Given.Unsigned($$"""{"alg":"ES256","x":{{Nested(header - 1)}}}""", $$"""{"x":{{Nested(payload - 1)}}}""");

        Assert.That(Jwt.TryParse(token, out _, out _), Is.EqualTo(accepted));

        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
    }

    [Test]
    public void A_token_of_16_KiB_is_read_and_a_longer_one_is_not()
    {
        var head = Given.Encode(Header) + "." + Given.Encode("{}") + ".";
        var longest = head + new string('A', Jwt.MaxLength - head.Length - ((Jwt.MaxLength - head.Length) % 4));

        Assert.That(Jwt.TryParse(longest, out _, out var fault), fault);
        AssertRefused(longest + "AAAA");
    }

    [Test]
    public void The_signing_input_is_the_text_up_to_the_second_dot()
    {
        var token = Given.Unsigned(Header, signatureLength: 5);
        var jwt = Given.Token(token);

        Assert.That(Encoding.ASCII.GetString(jwt.SigningInput.Span), Is.EqualTo(token[..token.LastIndexOf('.')]));
        Assert.That(jwt.Signature.Length, Is.EqualTo(5));
    }

    [Test]
    public void Arbitrary_text_never_throws() => Always.Holds<string?>(IsAnswered, cases: 2_000);

    [Test]
    public void Arbitrary_JSON_in_three_parts_never_throws()
    {
        var pieces = Gen.Elements(
            "{", "}", "[", "]", ":", ",", "\"alg\"", "\"ES256\"", "\"kid\"", "\"aud\"", "\"exp\"", "\"\\ud800\"", "\"\\u0061\"", "1e999",
            "-1", "null", "true", "\u00e9", " ", "\\");
        var json = Gen.OneOf(
            pieces.ListOf().Select(list => string.Concat(list)),
            pieces.ListOf().Select(list => $$"""{"alg":{{string.Concat(list)}}}"""),
            Gen.Elements(Header, Given.Claims));

        Always.Holds(Gen.Zip(json, json), parts => IsAnswered(Given.Unsigned(parts.Item1, parts.Item2)), cases: 3_000);
    }

    [Test]
    public void Arbitrary_bytes_in_three_parts_never_throw() => Always.Holds<(byte[] Header, byte[] Payload, byte[] Signature)>(
        parts =>
            IsAnswered(
                string.Join('.', new[] { parts.Header, parts.Payload, parts.Signature }.Select(part => Base64Url.EncodeToString(part)))),
        cases: 1_000);

    // Reads all there is to read, so that nothing throws later either.
    private static bool IsAnswered(string? compact)
    {
        if (!Jwt.TryParse(compact, out var jwt, out var fault))
            return fault.Length > 0;
        foreach (var claim in jwt.Payload.EnumerateObject())
            _ = (jwt.GetString(claim.Name), jwt.GetTime(claim.Name));
        _ = jwt.GetAudiences();
        return !jwt.IsSignedBy(Given.Key(Vectors.Es256Key));
    }

    private static void AssertRefused(string compact)
    {
        Assert.That(Jwt.TryParse(compact, out var jwt, out var fault), Is.False, compact);
        Assert.That(jwt, Is.Null);
        Assert.That(fault, Is.Not.Empty);
    }
}
