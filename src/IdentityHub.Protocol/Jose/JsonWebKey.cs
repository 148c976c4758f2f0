using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityHub.Protocol.Jose;

/// <summary>
/// A public key that checks signatures, RFC 7517: EC on P-256, P-384 or P-521, or RSA of 2048 to 8192 bits.
/// Immutable; every member may be used by many threads at once.
/// </summary>
public sealed class JsonWebKey
{
    /// <summary><c>kty</c> of elliptic-curve keys, RFC 7518 §6.1.</summary>
    public const string EllipticCurve = "EC";

    /// <summary><c>kty</c> of RSA keys, RFC 7518 §6.1.</summary>
    public const string Rsa = "RSA";

    // The members that make the thumbprint, in its order. RFC 7638 §3.2.
    private readonly (string Name, string Value)[] _members;
    private readonly EcCurve? _curve;

    // Never closed: it holds nothing secret, and finalizers release the handles.
    private readonly KeyPool _instances;

    private JsonWebKey((string Name, string Value)[] members, EcCurve? curve, KeyPool instances, string? kid, string? algorithm)
    {
        _members = members;
        _curve = curve;
        _instances = instances;
        Thumbprint = ThumbprintOf(members);
        Kid = kid ?? Thumbprint;
        Algorithm = algorithm;
    }

    /// <summary>The key's stated <c>kid</c>, or its thumbprint where it states none.</summary>
    public string Kid { get; }

    /// <summary>The only algorithm the key may be used with; null where it does not say.</summary>
    public string? Algorithm { get; }

    /// <summary><c>kty</c>: <see cref="EllipticCurve"/> or <see cref="Rsa"/>.</summary>
    public string KeyType => _curve is null ? Rsa : EllipticCurve;

    /// <summary>RFC 7638: base64url of SHA-256 over the required members; 43 characters.</summary>
    public string Thumbprint { get; }

    /// <summary>
    /// Reads a public signature key. Refused: private members (a key that was sent with them is lost), <c>oct</c> and unknown <c>kty</c>,
    /// keys for encryption, sizes out of bounds, points that are not on their curve. Certificates (<c>x5c</c>) and addresses (<c>x5u</c>)
    /// in it are ignored. Never throws.
    /// </summary>
    /// <param name="fault">A sentence that holds nothing of the key's material; null when the key is good.</param>
    public static bool TryParse(JsonElement json, [NotNullWhen(true)] out JsonWebKey? key, [NotNullWhen(false)] out string? fault)
    {
        key = JsonWebKeyReader.Read(json, out var reason);
        fault = key is null ? reason : null;
        return key is not null;
    }

    /// <summary>True where an object that is meant to be a key holds a member that must not be published.</summary>
    public static bool HasPrivateMember(JsonElement json) => JsonWebKeyReader.FindPrivateMember(json) is not null;

    /// <summary>The public half of <paramref name="key"/>, to be used with <paramref name="alg"/> only.</summary>
    /// <exception cref="ArgumentException">The algorithm is unknown or does not fit the key.</exception>
    public static JsonWebKey FromPublicKey(ECDsa key, string alg) =>
        FromParameters(key.ExportParameters(includePrivateParameters: false), kid: null, alg).Fitting(alg);

    /// <inheritdoc cref="FromPublicKey(ECDsa, string)"/>
    public static JsonWebKey FromPublicKey(RSA key, string alg)
    {
        if (!RsaKeySize.Allows(key.KeySize))
            throw new ArgumentException($"An RSA key has {RsaKeySize.MinBits} to {RsaKeySize.MaxBits} bits.", nameof(key));
        return FromParameters(key.ExportParameters(includePrivateParameters: false), kid: null, alg).Fitting(alg);
    }

    /// <summary>
    /// Checks a signature (ES: r ‖ s, RFC 7518 §3.4). False also where <paramref name="alg"/> is unknown, does not fit the key or its
    /// curve, or is not the one that the key states: the key decides, the token only proposes (RFC 8725 §3.1).
    /// </summary>
    public bool Verify(string alg, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        if (JwsAlgorithm.Find(alg) is not { } algorithm || !Fits(algorithm))
            return false;

        var instance = _instances.Take();
        try
        {
            return algorithm.Verify(instance, signingInput, signature);
        }
        finally
        {
            _instances.Return(instance);
        }
    }

    /// <summary>True where <see cref="Verify"/> could accept a signature made with <paramref name="alg"/>.</summary>
    public bool Fits(string alg) => JwsAlgorithm.Find(alg) is { } algorithm && Fits(algorithm);

    /// <summary>Writes the key as a key set shows it: the public members, <c>use</c>, <c>kid</c>, and <c>alg</c> where stated.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in _members)
            writer.WriteString(name, value);
        writer.WriteString("use", "sig");
        writer.WriteString("kid", Kid);
        if (Algorithm is not null)
            writer.WriteString("alg", Algorithm);
        writer.WriteEndObject();
    }

    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    internal static JsonWebKey FromParameters(ECParameters key, string? kid, string? algorithm)
    {
        var curve = EcCurve.Find(key.Curve) ?? throw new ArgumentException("The key's curve is not supported.", nameof(key));
        return new JsonWebKey(
            [("crv", curve.Name), ("kty", EllipticCurve), ("x", Encode(key.Q.X)), ("y", Encode(key.Q.Y))],
            curve, OpenPool(() => ECDsa.Create(key)), kid, algorithm);
    }

    /// <exception cref="CryptographicException">The numbers are no RSA key.</exception>
    internal static JsonWebKey FromParameters(RSAParameters key, string? kid, string? algorithm) =>
        new([("e", Encode(key.Exponent)), ("kty", Rsa), ("n", Encode(key.Modulus))],
            curve: null, OpenPool(() => RSA.Create(key)), kid, algorithm);

    private static KeyPool OpenPool(Func<AsymmetricAlgorithm> open)
    {
        // The first instance is made at once: the import is what checks the key.
        var pool = new KeyPool(open);
        pool.Return(pool.Take());
        return pool;
    }

    private bool Fits(JwsAlgorithm algorithm) =>
        algorithm.KeyType == KeyType && algorithm.Curve == _curve && (Algorithm is null || Algorithm == algorithm.Name);

    private JsonWebKey Fitting(string alg) =>
        Fits(JwsAlgorithm.Get(alg)) ? this : throw new ArgumentException($"The key cannot be used with {alg}.", nameof(alg));

    private static string Encode(byte[]? number) => Base64Url.EncodeToString(number);

    // Names and values are plain ASCII, so this is the canonical JSON of RFC 7638 §3.3.
    private static string ThumbprintOf((string Name, string Value)[] members)
    {
        var canonical = "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":\"{member.Value}\"")) + "}";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }
}
