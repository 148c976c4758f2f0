using System.Security.Cryptography;

namespace IdentityHub.Protocol.Jose;

/// <summary>What one <c>alg</c> value means: RFC 7518 §3.3 (RS), §3.4 (ES), §3.5 (PS).</summary>
/// <param name="Name">The <c>alg</c> value.</param>
/// <param name="Hash">Its hash function.</param>
/// <param name="Curve">The one curve of an ES algorithm; null for RSA.</param>
/// <param name="Padding">The padding of an RSA algorithm; null for ES.</param>
internal sealed record JwsAlgorithm(string Name, HashAlgorithmName Hash, EcCurve? Curve, RSASignaturePadding? Padding)
{
    /// <summary>SHA-512.</summary>
    public const int MaxHashLength = 64;

    /// <summary>An RSA signature is as long as the modulus, at most <see cref="RsaKeySize.MaxBits"/>.</summary>
    public const int MaxSignatureLength = RsaKeySize.MaxBits / 8;

    public static readonly JwsAlgorithm[] All =
    [
        new(JwsAlgorithms.ES256, HashAlgorithmName.SHA256, EcCurve.P256, null),
        new(JwsAlgorithms.ES384, HashAlgorithmName.SHA384, EcCurve.P384, null),
        new(JwsAlgorithms.ES512, HashAlgorithmName.SHA512, EcCurve.P521, null),
        new(JwsAlgorithms.RS256, HashAlgorithmName.SHA256, null, RSASignaturePadding.Pkcs1),
        new(JwsAlgorithms.RS384, HashAlgorithmName.SHA384, null, RSASignaturePadding.Pkcs1),
        new(JwsAlgorithms.RS512, HashAlgorithmName.SHA512, null, RSASignaturePadding.Pkcs1),
        new(JwsAlgorithms.PS256, HashAlgorithmName.SHA256, null, RSASignaturePadding.Pss),
        new(JwsAlgorithms.PS384, HashAlgorithmName.SHA384, null, RSASignaturePadding.Pss),
        new(JwsAlgorithms.PS512, HashAlgorithmName.SHA512, null, RSASignaturePadding.Pss),
    ];

    public string KeyType => Curve is null ? JsonWebKey.Rsa : JsonWebKey.EllipticCurve;

    public static JwsAlgorithm? Find(string? name) => Array.Find(All, algorithm => algorithm.Name == name);

    /// <summary>The algorithm with this name, for callers inside the program: they name one that exists.</summary>
    public static JwsAlgorithm Get(string name) =>
        Find(name) ?? throw new ArgumentException($"'{name}' is not a supported signature algorithm.", nameof(name));

    /// <summary>Signs; returns the signature's length in bytes. ES signatures are r ‖ s, RFC 7518 §3.4.</summary>
    public int Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> input, Span<byte> signature)
    {
        Span<byte> buffer = stackalloc byte[MaxHashLength];
        var hash = buffer[..CryptographicOperations.HashData(Hash, input, buffer)];
        var done = key switch
        {
            ECDsa ec => ec.TrySignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) ? written : 0,
            RSA rsa => rsa.TrySignHash(hash, signature, Hash, Padding!, out var written) ? written : 0,
            _ => 0,
        };
        return done > 0 ? done : throw new CryptographicException("The key did not sign.");
    }

    /// <summary>Checks a signature; false for one whose length is not exactly that of the key.</summary>
    public bool Verify(AsymmetricAlgorithm key, ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength(key))
            return false;

        Span<byte> buffer = stackalloc byte[MaxHashLength];
        var hash = buffer[..CryptographicOperations.HashData(Hash, input, buffer)];
        return key switch
        {
            ECDsa ec => ec.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            RSA rsa => rsa.VerifyHash(hash, signature, Hash, Padding!),
            _ => false,
        };
    }

    /// <summary>Exact length in bytes of every signature that <paramref name="key"/> makes.</summary>
    public int SignatureLength(AsymmetricAlgorithm key) => Curve is null ? (key.KeySize + 7) / 8 : 2 * Curve.CoordinateLength;
}
