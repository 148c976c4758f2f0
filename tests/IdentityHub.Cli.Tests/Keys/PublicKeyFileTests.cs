using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityHub.Cli.Keys;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Keys;

/// <summary>Files of public keys, good and bad.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public class PublicKeyFileTests
{
    private const string Unsigned = "The file 'FILE' must hold one public key";
    private readonly string _file = Path.GetTempFileName();

    [OneTimeTearDown]
    public void Remove() => File.Delete(_file);

    [Test]
    public void Public_keys_are_read_from_every_form()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var certificate = new CertificateRequest("CN=old", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        using var signer = JwtSigner.Create("ES512");
        var thumbprint = JsonWebKey.FromPublicKey(rsa, "RS256").Thumbprint;

        Assert.That(Read(rsa.ExportSubjectPublicKeyInfoPem()).Single().Kid, Is.EqualTo(thumbprint));
        Assert.That(Read(rsa.ExportRSAPublicKeyPem()).Single().Kid, Is.EqualTo(thumbprint));
        Assert.That(Read("An old one\n" + certificate.ExportCertificatePem(), "old-1").Single().Kid, Is.EqualTo("old-1"));
        Assert.That(Read(curve.ExportSubjectPublicKeyInfoPem()).Single().Fits("ES384"), Is.True);
        Assert.That(Read("\uFEFF  " + PublicKeys.JsonOf(signer)).Single().Kid, Is.EqualTo(signer.Kid));
        Assert.That(Read($$"""{"keys":[{{PublicKeys.JsonOf(signer)}},{{PublicKeys.Encryption}}]}""").Single().Kid, Is.EqualTo(signer.Kid));
    }

    [Test]
    public void Private_keys_are_refused_in_every_form()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] files =
        [
            rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPrivateKeyPem(), curve.ExportECPrivateKeyPem(),
            rsa.ExportSubjectPublicKeyInfoPem() + "\n" + rsa.ExportPkcs8PrivateKeyPem(),
            rsa.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            """{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ","d":"AQ"}""", """{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""",
            """{"keys":[{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB","d":"AQ"}]}""",
        ];

        foreach (var text in files)
            Assert.That(FaultOf(text), Does.StartWith("The file 'FILE' holds a private key. Nothing was imported."), text[..30]);
    }

    [TestCase("", Unsigned)]
    [TestCase("no key", Unsigned)]
    [TestCase("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "The PUBLIC KEY in 'FILE' cannot be read.")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "The CERTIFICATE in 'FILE' cannot be read.")]
    [TestCase("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----", Unsigned)]
    [TestCase("{", "The file 'FILE' is no JSON: line 1 cannot be read.")]
    [TestCase("{}", "Key 1 in 'FILE' cannot be imported. 'kty' is neither EC nor RSA.")]
    [TestCase("{\"keys\":7}", "'keys' in 'FILE' must be an array of keys.")]
    [TestCase("{\"keys\":[7]}", "'keys' in 'FILE' must be an array of keys.")]
    [TestCase("{\"keys\":[]}", "The file 'FILE' holds no key for signatures.")]
    [TestCase("{\"kty\":\"RSA\",\"kty\":\"RSA\"}", "Key 1 in 'FILE' cannot be imported. The key names a member twice.")]
    [TestCase("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "Key 1 in 'FILE' cannot be imported. 'n' has 2048 to 8192 bits.")]
    public void What_is_no_public_key_is_refused(string text, string fault) => Assert.That(FaultOf(text), Does.StartWith(fault));

    [Test]
    public void A_weak_key_a_foreign_curve_and_kids_that_cannot_be_are_refused()
    {
        using var weak = RSA.Create(1024);
        using var foreign = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        using var signer = JwtSigner.Create("ES256");
        var key = PublicKeys.JsonOf(signer);

        Assert.That(FaultOf(weak.ExportSubjectPublicKeyInfoPem()), Does.EndWith("'n' has 2048 to 8192 bits."));
        Assert.That(
            FaultOf(foreign.ExportSubjectPublicKeyInfoPem()),
            Is.EqualTo("The key in 'FILE' is on none of the curves P-256, P-384 and P-521."));
        Assert.That(FaultOf(key, new string('k', 201)), Does.StartWith("The kid of key 1 in 'FILE' must be 1 to 200 characters"));
        Assert.That(FaultOf(key, "a\u001bb"), Does.StartWith("The kid of key 1 in 'FILE' must be"));
        Assert.That(FaultOf($$"""{"keys":[{{key}},{{key}}]}"""), Does.StartWith("Two keys in 'FILE' have the kid"));
        Assert.That(FaultOf($$"""{"keys":[{{key}},{{key}}]}""", "one"), Is.EqualTo("The file 'FILE' holds 2 keys: --kid is for a file of one."));
        Assert.That(FaultOf(new string(' ', 1024 * 1024 + 1)), Does.StartWith("The file 'FILE' is larger than 1 MiB"));
    }

    [Test]
    public void A_file_that_is_missing_is_named() =>
        Assert.That(
            () => PublicKeyFile.Read("nothing.json", null),
            Throws.TypeOf<CommandException>().With.Message.EqualTo("The file 'nothing.json' is missing."));

    private IReadOnlyList<JsonWebKey> Read(string text, string? kid = null)
    {
        File.WriteAllText(_file, text);
        return PublicKeyFile.Read(_file, kid).Keys;
    }

    private string FaultOf(string text, string? kid = null) =>
        Assert.Throws<CommandException>(() => Read(text, kid))!.Message.Replace(_file, "FILE", StringComparison.Ordinal);
}
