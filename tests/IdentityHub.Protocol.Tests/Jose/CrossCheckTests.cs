using System.Security.Cryptography;
using IdentityHub.Protocol.Jose;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;
using JsonWebKey = IdentityHub.Protocol.Jose.JsonWebKey;
using TheirKey = Microsoft.IdentityModel.Tokens.JsonWebKey;

namespace IdentityHub.Protocol.Tests.Jose;

/// <summary>Against an implementation that nobody here wrote: Microsoft.IdentityModel.</summary>
public class CrossCheckTests
{
    private static IReadOnlyList<string> Algorithms => JwsAlgorithms.Asymmetric;

    [TestCaseSource(nameof(Algorithms))]
    public async Task They_accept_what_we_sign(string algorithm)
    {
        var signer = Given.Signer(algorithm);
        var parameters = new TokenValidationParameters
        {
            IssuerSigningKey = new TheirKey(Given.Written(signer.PublicKey)),
            ValidIssuer = "https://hub.example",
            ValidAudience = "orders",
            ValidTypes = ["at+jwt"],
            ValidateLifetime = false,
        };

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(Given.Signed(signer), parameters);

        Assert.That(result.IsValid, result.Exception?.Message);
        Assert.That(result.Claims["sub"], Is.EqualTo("alice"));
    }

    [TestCaseSource(nameof(Algorithms))]
    public void We_accept_what_they_sign(string algorithm)
    {
        var signer = Given.Signer(algorithm);
        using var rsa = RSA.Create();
        using var ec = ECDsa.Create();
        SecurityKey key;
        if (signer.PublicKey.KeyType == JsonWebKey.Rsa)
        {
            rsa.ImportPkcs8PrivateKey(signer.ExportPkcs8(), out _);
            key = new RsaSecurityKey(rsa) { KeyId = signer.Kid };
        }
        else
        {
            ec.ImportPkcs8PrivateKey(signer.ExportPkcs8(), out _);
            key = new ECDsaSecurityKey(ec) { KeyId = signer.Kid };
        }

        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var token = handler.CreateToken(
            Given.Claims, new SigningCredentials(key, algorithm) { CryptoProviderFactory = new() { CacheSignatureProviders = false } });

        var jwt = Given.Token(token);
        Assert.That(JwtVerifier.FindSigningKey(jwt, [signer.PublicKey]), Is.SameAs(signer.PublicKey));
        Assert.That((jwt.GetString("sub"), jwt.GetAudiences().Single()), Is.EqualTo(("alice", "orders")));
    }

    [TestCaseSource(nameof(Algorithms)), Property("Spec", "RFC 7638 3")]
    public void They_compute_the_same_thumbprint(string algorithm)
    {
        var signer = Given.Signer(algorithm);

        Assert.That(Base64UrlEncoder.Encode(new TheirKey(Given.Written(signer.PublicKey)).ComputeJwkThumbprint()), Is.EqualTo(signer.Kid));
    }
}
