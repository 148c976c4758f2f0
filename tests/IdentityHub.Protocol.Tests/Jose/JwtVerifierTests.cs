using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

public class JwtVerifierTests
{
    [Test]
    public void The_key_that_signed_is_found_by_its_kid_among_others()
    {
        using var first = JwtSigner.Create(JwsAlgorithms.ES256);
        using var second = JwtSigner.Create(JwsAlgorithms.ES256);

        Assert.That(
            JwtVerifier.FindSigningKey(Given.Token(Given.Signed(second)), [first.PublicKey, second.PublicKey]),
            Is.SameAs(second.PublicKey));
        Assert.That(JwtVerifier.FindSigningKey(Given.Token(Given.Signed(second)), [first.PublicKey]), Is.Null);
    }

    [Test]
    public void Two_keys_of_one_kid_are_both_tried()
    {
        using var first = JwtSigner.Create(JwsAlgorithms.ES256);
        using var second = JwtSigner.Create(JwsAlgorithms.ES256);
        var impostor = Given.Key(Given.Written(first.PublicKey).Replace(first.Kid, second.Kid, StringComparison.Ordinal));

        Assert.That(
            JwtVerifier.FindSigningKey(Given.Token(Given.Signed(second)), [impostor, second.PublicKey]), Is.SameAs(second.PublicKey));
    }

    [Test]
    public void A_token_with_another_kid_is_refused_even_where_the_key_would_fit()
    {
        var signer = Given.Signer(JwsAlgorithms.ES256);
        var renamed = Given.Key(Given.Written(signer.PublicKey).Replace(signer.Kid, "2026-11", StringComparison.Ordinal));

        Assert.That(Given.Token(Given.Signed(signer)).IsSignedBy(renamed));
        Assert.That(JwtVerifier.FindSigningKey(Given.Token(Given.Signed(signer)), [renamed]), Is.Null);
    }

    [Test]
    public void A_token_without_kid_is_tried_with_every_key_that_fits()
    {
        var key = Given.Key(Vectors.Es256Key);
        var ec = Given.Signer(JwsAlgorithms.ES256);
        var rsa = Given.Signer(JwsAlgorithms.RS256);

        Assert.That(JwtVerifier.FindSigningKey(Given.Token(Vectors.Es256Token), [rsa.PublicKey, ec.PublicKey, key]), Is.SameAs(key));
    }

    [Test]
    public void No_more_than_16_keys_are_tried()
    {
        var key = Given.Key(Vectors.Es256Key);
        var other = Given.Signer(JwsAlgorithms.ES256);
        var unfit = Given.Signer(JwsAlgorithms.ES384);
        var jwt = Given.Token(Vectors.Es256Token);
        var fifteen = Enumerable.Repeat(other.PublicKey, JwtVerifier.MaxKeysTried - 1).ToList();

        Assert.That(JwtVerifier.FindSigningKey(jwt, [.. fifteen, key]), Is.SameAs(key));
        Assert.That(JwtVerifier.FindSigningKey(jwt, [.. fifteen, other.PublicKey, key]), Is.Null);
        Assert.That(
            JwtVerifier.FindSigningKey(jwt, [.. fifteen, unfit.PublicKey, key]), Is.SameAs(key), "a key that does not fit is not tried");
    }

    [Test]
    public void No_keys_accept_nothing() => Assert.That(JwtVerifier.FindSigningKey(Given.Token(Vectors.Es256Token), []), Is.Null);
}
