using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

/// <summary>Tokens that an attacker can make without the private key.</summary>
[Property("Spec", "RFC 8725 2")]
public class ForgeryTests
{
    private static readonly string[] Nones = ["none", "None", "NONE", "nOnE", "", "null", " none", "none "];

    [Test]
    public void C1_Algorithm_none_is_refused_in_any_case([ValueSource(nameof(Nones))] string none)
    {
        var header = $$"""{"alg":"{{none}}"}""";
        var signer = Given.Signer(JwsAlgorithms.ES256);

        Assert.That(Jwt.TryParse($"{Given.Encode(header)}.{Given.Encode(Given.Claims)}.", out _, out _), Is.False);
        Assert.That(Given.Token(Given.Unsigned(header)).IsSignedBy(signer.PublicKey), Is.False);
        Assert.That(JwtVerifier.FindSigningKey(Given.Token(Given.Unsigned(header)), [signer.PublicKey]), Is.Null);
    }

    [Test, Property("Spec", "RFC 8725 2.1")]
    public void C1_A_public_key_is_never_a_shared_secret([Values("HS256", "HS384", "HS512")] string algorithm)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Given.Signer(JwsAlgorithms.RS256).ExportPkcs8(), out _);
        var key = JsonWebKey.FromPublicKey(rsa, JwsAlgorithms.RS256);
        var input = $"{Given.Encode($$"""{"alg":"{{algorithm}}"}""")}.{Given.Encode(Given.Claims)}";

        // Every form of the public key that an attacker could guess the secret to be.
        foreach (var secret in new[]
            {
                rsa.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()),
                Encoding.UTF8.GetBytes(Given.Written(key)),
            })
        {
            var mac = CryptographicOperations.HmacData(
                new HashAlgorithmName("SHA" + algorithm[2..]), secret, Encoding.ASCII.GetBytes(input));
            var jwt = Given.Token($"{input}.{Base64Url.EncodeToString(mac)}");
            Assert.That(jwt.IsSignedBy(key), Is.False);
            Assert.That(JwtVerifier.FindSigningKey(jwt, [key]), Is.Null);
        }
    }

    [Test]
    public void A_key_is_used_with_its_stated_algorithm_only()
    {
        var signer = Given.Signer(JwsAlgorithms.PS256);
        using var same = JwtSigner.Import(JwsAlgorithms.RS256, signer.ExportPkcs8());

        var jwt = Given.Token(Given.Signed(same));

        Assert.That(jwt.IsSignedBy(same.PublicKey));
        Assert.That(jwt.IsSignedBy(signer.PublicKey), Is.False, "the same modulus, but for PS256");
    }

    [Test]
    public void A_signature_of_one_algorithm_is_none_of_another(
        [ValueSource(typeof(JwsAlgorithms), nameof(JwsAlgorithms.Asymmetric))] string claimed)
    {
        var signer = Given.Signer(JwsAlgorithms.RS256);
        var signed = Given.Token(Given.Signed(signer));
        // States no algorithm, so that only the signature can tell.
        var key = Given.Key(Given.Written(signer.PublicKey).Replace(",\"alg\":\"RS256\"", "", StringComparison.Ordinal));

        Assert.That(key.Verify(claimed, signed.SigningInput.Span, signed.Signature.Span), Is.EqualTo(claimed == JwsAlgorithms.RS256));
    }

    [TestCase("../../../../dev/null")]
    [TestCase("/proc/sys/kernel/randomize_va_space")]
    [TestCase("x' UNION SELECT 'secret'; --")]
    [TestCase("|| sleep 10")]
    [TestCase("http://attacker.example/jwks.json")]
    [TestCase("")]
    public void C2_A_kid_is_compared_and_never_interpreted(string kid)
    {
        var signer = Given.Signer(JwsAlgorithms.ES256);
        var jwt = Given.Token(Given.Unsigned($$"""{"alg":"ES256","kid":"{{kid}}"}"""));

        Assert.That(jwt.KeyId, Is.EqualTo(kid));
        Assert.That(JwtVerifier.FindSigningKey(jwt, [signer.PublicKey]), Is.Null);
    }

    [TestCase("""
        "jwk":{0}
        """)]
    [TestCase("""
        "jku":"https://attacker.example/jwks.json"
        """)]
    [TestCase("""
        "x5u":"https://attacker.example/chain.pem"
        """)]
    [TestCase("""
        "x5c":["MIIB"]
        """)]
    public void C2_A_key_that_the_token_brings_is_ignored(string member)
    {
        using var attacker = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = Given.Signer(JwsAlgorithms.ES256);
        var own = JsonWebKey.FromPublicKey(attacker, JwsAlgorithms.ES256);
        var header = $$"""{"alg":"ES256",{{member.Replace("{0}", Given.Written(own), StringComparison.Ordinal)}}}""";
        var input = $"{Given.Encode(header)}.{Given.Encode(Given.Claims)}";
        var signature = attacker.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);

        var jwt = Given.Token($"{input}.{Base64Url.EncodeToString(signature)}");

        Assert.That(jwt.IsSignedBy(own), "the forgery is a good one");
        Assert.That(JwtVerifier.FindSigningKey(jwt, [signer.PublicKey]), Is.Null);
    }

    [TestCase(JwsAlgorithms.ES256)]
    [TestCase(JwsAlgorithms.RS256)]
    public void One_changed_character_in_any_place_is_refused(string algorithm)
    {
        var signer = Given.Signer(algorithm);
        var token = Given.Signed(signer);

        Assert.That(IsAccepted(token, signer.PublicKey));
        for (var i = 0; i < token.Length; i++)
        {
            var forged = new StringBuilder(token) { [i] = token[i] == 'A' ? 'B' : 'A' }.ToString();
            Assert.That(IsAccepted(forged, signer.PublicKey), Is.False, $"character {i}");
        }
    }

    [Test]
    public void A_signature_of_another_length_is_refused(
        [ValueSource(typeof(JwsAlgorithms), nameof(JwsAlgorithms.Asymmetric))] string algorithm)
    {
        var signer = Given.Signer(algorithm);
        var jwt = Given.Token(Given.Signed(signer));
        var signature = jwt.Signature.ToArray();
        byte[][] wrong =
        [
            [], signature[..1], signature[..^1], signature[1..], [.. signature, 0], [0, .. signature], [.. signature, .. signature]
        ];

        foreach (var bytes in wrong)
            Assert.That(signer.PublicKey.Verify(algorithm, jwt.SigningInput.Span, bytes), Is.False, $"{bytes.Length} bytes");
    }

    [Test, Property("Spec", "CVE-2022-21449")]
    public void A_signature_of_all_equal_bytes_is_refused(
        [ValueSource(typeof(JwsAlgorithms), nameof(JwsAlgorithms.Asymmetric))] string algorithm, [Values(0x00, 0x01, 0xff)] byte value)
    {
        var signer = Given.Signer(algorithm);
        var jwt = Given.Token(Given.Signed(signer));
        var signature = new byte[jwt.Signature.Length];
        Array.Fill(signature, value);

        Assert.That(signer.PublicKey.Verify(algorithm, jwt.SigningInput.Span, signature), Is.False);
    }

    [Test, Property("Spec", "RFC 7518 3.4")]
    public void An_ECDSA_signature_in_DER_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var input = "input"u8.ToArray();

        Assert.That(JsonWebKey.FromPublicKey(key, "ES256").Verify(
            "ES256", input, key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)), Is.False);
    }

    private static bool IsAccepted(string compact, JsonWebKey key) =>
        Jwt.TryParse(compact, out var jwt, out _) && JwtVerifier.FindSigningKey(jwt, [key]) is not null;
}
