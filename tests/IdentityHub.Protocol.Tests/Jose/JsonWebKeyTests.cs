using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

[Property("Spec", "RFC 7517 4")]
public class JsonWebKeyTests
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    [Test]
    public void A_written_key_reads_back_as_the_same_key(
        [ValueSource(typeof(JwsAlgorithms), nameof(JwsAlgorithms.Asymmetric))] string algorithm)
    {
        var signer = Given.Signer(algorithm);

        var key = Given.Key(Given.Written(signer.PublicKey));

        Assert.That(
            (key.Kid, key.Algorithm, key.KeyType, key.Thumbprint),
            Is.EqualTo((signer.Kid, algorithm, signer.PublicKey.KeyType, signer.Kid)));
        Assert.That(Given.Token(Given.Signed(signer)).IsSignedBy(key));
    }

    [Test]
    public void A_written_key_shows_its_public_members_and_nothing_else()
    {
        var ec = Given.Signer(JwsAlgorithms.ES256);
        var rsa = Given.Signer(JwsAlgorithms.PS256);

        Assert.That(Names(ec), Is.EquivalentTo(["crv", "kty", "x", "y", "use", "kid", "alg"]));
        Assert.That(Names(rsa), Is.EquivalentTo(["e", "kty", "n", "use", "kid", "alg"]));

        static IEnumerable<string> Names(JwtSigner signer) =>
            Given.Json(Given.Written(signer.PublicKey)).EnumerateObject().Select(member => member.Name);
    }

    [Test]
    public void A_key_without_kid_is_known_by_its_thumbprint()
    {
        var key = Given.Key(Vectors.Es256Key);

        Assert.That(key.Kid, Is.EqualTo(key.Thumbprint).And.Length.EqualTo(43));
    }

    [Test]
    public void A_private_member_refuses_the_key([ValueSource(nameof(PrivateMembers))] string member) =>
        AssertRefused(Vectors.RsaKey, key => key[member] = "AQAB", "private member");

    [TestCase("""{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}""")]
    [TestCase("""{"kty":"oct"}""")]
    [TestCase("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [TestCase("""{"kty":"rsa"}""")]
    [TestCase("""{"kty":7}""")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("\"RSA\"")]
    [TestCase("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""")]
    [TestCase("""{"kty":"EC"}""")]
    [TestCase("""{"kty":"RSA","n":"","e":""}""")]
    [TestCase("""{"kty":"RSA","e":"AQAB"}""")]
    [TestCase("""{"kty":"RSA","kty":"EC"}""")]
    [TestCase("""{"kty":"\ud800"}""")]
    [TestCase("""{"\ud800":1,"kty":"EC"}""")]
    public void What_is_no_public_signature_key_is_refused(string json)
    {
        Assert.That(JsonWebKey.TryParse(Given.Json(json), out var key, out var fault), Is.False);
        Assert.That(key, Is.Null);
        Assert.That(fault, Is.Not.Empty);
    }

    [Test]
    public void No_element_at_all_is_refused() => Assert.That(JsonWebKey.TryParse(default, out _, out _), Is.False);

    [Test, Property("Spec", "RFC 7518 6.2.1")]
    public void A_coordinate_with_stray_bits_at_its_end_is_refused() =>
        AssertRefused(Vectors.Es256Key, key => key["y"] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1", "base64url");

    [Test, Property("Spec", "RFC 7518 6.2.1")]
    public void A_point_off_its_curve_is_refused([Values("x", "y")] string coordinate, [Values(0, 15, 31)] int index) =>
        AssertRefused(
            Vectors.Es256Key, key => key[coordinate] = Changed(key[coordinate]!.GetValue<string>(), index), "not a valid public key");

    [Test]
    public void The_point_of_another_curve_is_refused() => AssertRefused(Vectors.Es256Key, key => key["crv"] = "P-384", "48 bytes");

    [Test]
    public void The_point_zero_is_refused() => AssertRefused(
        Vectors.Es256Key, key => (key["x"], key["y"]) = (Zero(), Zero()), "not a valid public key");

    [TestCase(1024)]
    [TestCase(2047)]
    [TestCase(8193)]
    [TestCase(16384)]
    [Property("Spec", "RFC 7518 3.3")]
    public void An_RSA_modulus_out_of_bounds_is_refused(int bits)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;

        AssertRefused(Vectors.RsaKey, key => key["n"] = Base64Url.EncodeToString(modulus), "bits");
    }

    [TestCase("AQ", TestName = "An_RSA_exponent_of_1_is_refused")]
    [TestCase("AQAA", TestName = "An_even_RSA_exponent_is_refused")]
    [TestCase("AQAAAAE", TestName = "An_RSA_exponent_over_32_bits_is_refused")]
    [TestCase("AAEAAQ", TestName = "An_RSA_exponent_with_a_leading_zero_is_refused")]
    [TestCase("AQAB=", TestName = "An_RSA_exponent_with_padding_is_refused")]
    public void Unsound(string exponent) => AssertRefused(Vectors.RsaKey, key => key["e"] = exponent, "'e'");

    [Test]
    public void The_largest_RSA_exponent_and_modulus_are_taken()
    {
        var modulus = new byte[1024];
        (modulus[0], modulus[^1]) = (0x80, 1);

        Assert.That(
            JsonWebKey.TryParse(Changed(Vectors.RsaKey, key => key["e"] = "_____w"), out _, out var fault), Is.True, $"2^32 - 1: {fault}");
        Assert.That(
            JsonWebKey.TryParse(Changed(Vectors.RsaKey, key => key["n"] = Base64Url.EncodeToString(modulus)), out _, out fault), Is.True,
            $"8192 bits: {fault}");
    }

    [TestCase("kid", "7", "'kid', 'alg' and 'use' are strings.")]
    [TestCase("alg", "[]", "'kid', 'alg' and 'use' are strings.")]
    [TestCase("use", "{}", "'kid', 'alg' and 'use' are strings.")]
    [TestCase("use", "\"enc\"", "The key is not for signatures.")]
    [TestCase("kty", "7", "'kty' is neither EC nor RSA.")]
    [TestCase("kty", "\"oct\"", "'kty' is neither EC nor RSA.")]
    public void The_fault_names_the_member(string member, string value, string fault) =>
        AssertRefused(Vectors.RsaKey, key => key[member] = JsonNode.Parse(value), fault);

    [Test]
    public void A_member_that_stands_twice_behind_others_refuses_the_key()
    {
        Assert.That(JsonWebKey.TryParse(Given.Json("""{"a":1,"b":2,"b":3,"kty":"RSA"}"""), out _, out var fault), Is.False);
        Assert.That(fault, Does.Contain("twice"));
    }

    [TestCase("ES256")]
    [TestCase("HS256")]
    [TestCase("none")]
    [TestCase("RSA-OAEP")]
    [TestCase("rs256")]
    public void A_stated_algorithm_that_does_not_fit_refuses_the_key(string algorithm) =>
        AssertRefused(Vectors.RsaKey, key => key["alg"] = algorithm, "'alg'");

    [TestCase("""["sign"]""", false)]
    [TestCase("""[]""", false)]
    [TestCase("\"verify\"", false)]
    [TestCase("""["verify"]""", true)]
    [Property("Spec", "RFC 7517 4.3")]
    public void Key_operations_must_include_verify(string operations, bool accepted) =>
        Assert.That(
            JsonWebKey.TryParse(Changed(Vectors.RsaKey, key => key["key_ops"] = JsonNode.Parse(operations)), out _, out _),
            Is.EqualTo(accepted));

    [Test]
    public void A_public_key_is_taken_for_a_fitting_algorithm_only()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var small = RSA.Create(1024);

        Assert.That(JsonWebKey.FromPublicKey(p256, "ES256").Algorithm, Is.EqualTo("ES256"));
        Assert.That(() => JsonWebKey.FromPublicKey(p256, "ES384"), Throws.ArgumentException);
        Assert.That(() => JsonWebKey.FromPublicKey(p256, "RS256"), Throws.ArgumentException);
        Assert.That(() => JsonWebKey.FromPublicKey(p256, "HS256"), Throws.ArgumentException);
        Assert.That(() => JsonWebKey.FromPublicKey(small, "RS256"), Throws.ArgumentException);
    }

    [Test]
    public void Arbitrary_members_never_throw() => Always.Holds<(string? X, string? Kid, string? Alg)>(text =>
    {
        var json = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = text.X,
            ["y"] = text.X,
            ["kid"] = text.Kid,
            ["alg"] = text.Alg,
        };
        return !JsonWebKey.TryParse(JsonSerializer.SerializeToElement(json), out _, out var fault) && fault.Length > 0;
    });

    private static JsonNode Zero() => Base64Url.EncodeToString(new byte[32]);

    private static string Changed(string base64Url, int index)
    {
        var bytes = Base64Url.DecodeFromChars(base64Url);
        bytes[index] ^= 1;
        return Base64Url.EncodeToString(bytes);
    }

    private static JsonElement Changed(string json, Action<JsonObject> change)
    {
        var key = JsonNode.Parse(json)!.AsObject();
        change(key);
        return JsonSerializer.SerializeToElement(key);
    }

    private static void AssertRefused(string json, Action<JsonObject> change, string reason)
    {
        Assert.That(JsonWebKey.TryParse(Changed(json, change), out _, out var fault), Is.False);
        Assert.That(fault, Does.Contain(reason));
    }
}
