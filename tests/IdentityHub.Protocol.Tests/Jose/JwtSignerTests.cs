using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

public class JwtSignerTests
{
    private static IReadOnlyList<string> Algorithms => JwsAlgorithms.Asymmetric;

    [TestCaseSource(nameof(Algorithms)), Property("Spec", "RFC 7515 7.1")]
    public void A_token_carries_its_header_and_payload_and_is_accepted_by_the_public_key(string algorithm)
    {
        var signer = Given.Signer(algorithm);

        var jwt = Given.Token(Given.Signed(signer));

        Assert.That(jwt.Header.GetRawText(), Is.EqualTo($$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"{{signer.Kid}}"}"""));
        Assert.That((jwt.Algorithm, jwt.Type, jwt.KeyId), Is.EqualTo((algorithm, "at+jwt", signer.Kid)));
        Assert.That(jwt.Payload.GetRawText(), Is.EqualTo(Given.Claims));
        Assert.That(jwt.IsSignedBy(signer.PublicKey));
    }

    [TestCaseSource(nameof(Algorithms))]
    public void An_exported_key_signs_under_the_same_kid_after_it_is_imported(string algorithm)
    {
        var first = Given.Signer(algorithm);
        using var second = JwtSigner.Import(algorithm, first.ExportPkcs8());

        Assert.That((second.Kid, second.Algorithm), Is.EqualTo((first.Kid, algorithm)));
        Assert.That(Given.Token(Given.Signed(second)).IsSignedBy(first.PublicKey));
    }

    [TestCaseSource(nameof(Algorithms))]
    public void A_token_names_its_key(string algorithm)
    {
        using var signer = JwtSigner.Import(algorithm, Given.Signer(algorithm).ExportPkcs8());

        Assert.That(Given.Token(signer.CreateJwt("JWT", "{}"u8)).KeyId, Is.EqualTo(signer.Kid).And.Not.Empty);
    }

    [Test]
    public void Every_typ_has_its_own_header()
    {
        var signer = Given.Signer(JwsAlgorithms.ES256);

        var types = new[] { "at+jwt", "JWT", "logout+jwt", "at+jwt" };

        Assert.That(types.Select(typ => Given.Token(signer.CreateJwt(typ, "{}"u8)).Type), Is.EqualTo(types));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1_300)]
    [TestCase(1_500)]
    [TestCase(8_000)]
    [TestCase(JwtSigner.MaxPayloadLength)]
    public void A_payload_of_any_allowed_size_is_signed(int length)
    {
        var signer = Given.Signer(JwsAlgorithms.ES256);
        var payload = Encoding.ASCII.GetBytes(new string('a', length));

        var parts = signer.CreateJwt("JWT", payload).Split('.');

        Assert.That(parts, Has.Length.EqualTo(3));
        Assert.That(Base64Url.DecodeFromChars(parts[1]), Is.EqualTo(payload));
        Assert.That(signer.PublicKey.Verify(
            "ES256", Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])));
    }

    [Test]
    public void A_larger_payload_is_a_bug_of_the_caller()
    {
        var signer = Given.Signer(JwsAlgorithms.ES256);

        Assert.That(
            () => signer.CreateJwt("JWT", new byte[JwtSigner.MaxPayloadLength + 1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(JwsAlgorithms.ES256)]
    [TestCase(JwsAlgorithms.RS256)]
    public void Tokens_signed_on_many_threads_at_once_are_all_accepted(string algorithm)
    {
        var signer = Given.Signer(algorithm);
        var tokens = new string[400];

        // More threads than processors, so that instances are taken from other slots and made anew.
        Parallel.For(0, tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            i => tokens[i] = Given.Signed(signer, $$"""{"n":{{i}}}"""));

        var accepted = tokens.AsParallel().WithDegreeOfParallelism(16)
            .Select(Given.Token).Where(jwt => jwt.IsSignedBy(signer.PublicKey)).Select(jwt => jwt.Payload.GetProperty("n").GetInt32());
        Assert.That(accepted, Is.EquivalentTo(Enumerable.Range(0, tokens.Length)));
    }

    [Test]
    public void A_signer_that_is_disposed_under_load_either_signs_rightly_or_says_so()
    {
        var signer = JwtSigner.Create(JwsAlgorithms.ES256);
        var key = signer.PublicKey;

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i == 100)
                signer.Dispose();
            try
            {
                Assert.That(Given.Token(Given.Signed(signer)).IsSignedBy(key));
            }
            catch (ObjectDisposedException)
            {
                // Said so.
            }
        });

        Assert.That(() => Given.Signed(signer), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(signer.Dispose, Throws.Nothing);
    }

    [Test]
    public void A_key_that_does_not_fit_the_algorithm_is_not_imported()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var small = RSA.Create(1024);

        Assert.That(() => JwtSigner.Import("ES384", ec.ExportPkcs8PrivateKey()), Throws.ArgumentException);
        Assert.That(() => JwtSigner.Import("RS256", ec.ExportPkcs8PrivateKey()), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => JwtSigner.Import("RS256", small.ExportPkcs8PrivateKey()), Throws.ArgumentException);
        Assert.That(() => JwtSigner.Import("ES256", [.. ec.ExportPkcs8PrivateKey(), 0]), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => JwtSigner.Import("ES256", "no key"u8), Throws.InstanceOf<CryptographicException>());
    }

    [TestCase("none")]
    [TestCase("HS256")]
    [TestCase("es256")]
    [TestCase("")]
    public void An_algorithm_that_is_not_listed_signs_nothing(string algorithm)
    {
        Assert.That(JwsAlgorithms.IsSupported(algorithm), Is.False);
        Assert.That(() => JwtSigner.Create(algorithm), Throws.ArgumentException);
    }
}
