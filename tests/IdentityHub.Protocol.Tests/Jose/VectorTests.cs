using System.Buffers.Text;
using System.Text;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

public class VectorTests
{
    [Test, Property("Spec", "RFC 7515 A.2")]
    public void The_RS256_token_of_the_RFC_is_accepted() => AssertAccepted(Vectors.Rs256Token, Vectors.Rs256Key);

    [Test, Property("Spec", "RFC 7515 A.3")]
    public void The_ES256_token_of_the_RFC_is_accepted() => AssertAccepted(Vectors.Es256Token, Vectors.Es256Key);

    [Test, Property("Spec", "RFC 7515 A.4")]
    public void The_ES512_signature_of_the_RFC_is_accepted() =>
        Assert.That(Given.Key(Vectors.Es512Key).Verify(
            JwsAlgorithms.ES512, Encoding.ASCII.GetBytes(Vectors.Es512Input), Base64Url.DecodeFromChars(Vectors.Es512Signature)));

    [Test, Property("Spec", "RFC 7638 3.1")]
    public void The_RSA_thumbprint_is_that_of_the_RFC() =>
        Assert.That(Given.Key(Vectors.RsaKey).Thumbprint, Is.EqualTo(Vectors.RsaThumbprint));

    [Test, Property("Spec", "RFC 7517 A.1")]
    public void The_signature_key_of_the_RFC_is_read()
    {
        var key = Given.Key(Vectors.RsaKey);

        Assert.That((key.Kid, key.Algorithm, key.KeyType), Is.EqualTo(("2011-04-29", "RS256", "RSA")));
    }

    [Test, Property("Spec", "RFC 7517 A.1")]
    public void The_encryption_key_of_the_RFC_is_refused_until_it_is_one_for_signatures()
    {
        Assert.That(JsonWebKey.TryParse(Given.Json(Vectors.EncryptionKey), out _, out _), Is.False);

        var key = Given.Key(Vectors.EncryptionKey.Replace("enc", "sig", StringComparison.Ordinal));
        Assert.That((key.Kid, key.Algorithm, key.KeyType), Is.EqualTo(("1", (string?)null, "EC")));
    }

    private static void AssertAccepted(string token, string key)
    {
        var jwt = Given.Token(token);

        Assert.That(jwt.IsSignedBy(Given.Key(key)));
        Assert.That(jwt.GetString("iss"), Is.EqualTo("joe"));
        Assert.That(jwt.GetTime("exp"), Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1300819380)));
        Assert.That((jwt.KeyId, jwt.Type), Is.EqualTo(((string?)null, (string?)null)));
    }
}
