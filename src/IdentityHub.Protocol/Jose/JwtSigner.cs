using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityHub.Protocol.Jose;

/// <summary>
/// A private key and the one algorithm it signs with. Many threads may sign at once, without a lock.
/// Calls under way at <see cref="Dispose"/> end well; later ones throw <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class JwtSigner : IDisposable
{
    /// <summary>Longest payload in bytes. A token near it no longer fits any HTTP header.</summary>
    public const int MaxPayloadLength = 64 * 1024;

    private const int FreshRsaBits = 2048;
    private const int StackLimit = 2048;

    // Without it the plus of "at+jwt" becomes an escape of six characters; a header is never put into HTML.
    private static readonly JsonWriterOptions HeaderForm = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JwsAlgorithm _algorithm;
    private readonly KeyPool _instances;
    private readonly int _signatureLength;

    // By typ: base64url of the header and the dot behind it. The program uses only a handful of types, so it stays small.
    private readonly ConcurrentDictionary<string, byte[]> _headers = new(StringComparer.Ordinal);

    private JwtSigner(JwsAlgorithm algorithm, AsymmetricAlgorithm key)
    {
        PublicKey = key is RSA rsa
            ? JsonWebKey.FromPublicKey(rsa, algorithm.Name)
            : JsonWebKey.FromPublicKey((ECDsa)key, algorithm.Name);
        _algorithm = algorithm;
        _signatureLength = algorithm.SignatureLength(key);
        // Not wiped at the end: another thread may be opening an instance from it.
        var pkcs8 = key.ExportPkcs8PrivateKey();
        _instances = new KeyPool(() => Open(algorithm, pkcs8));
        _instances.Return(key);
    }

    /// <summary>The <c>alg</c> of every token.</summary>
    public string Algorithm => _algorithm.Name;

    /// <summary>The <c>kid</c> of every token: the RFC 7638 thumbprint of the public key.</summary>
    public string Kid => PublicKey.Kid;

    /// <summary>The public half, as a key set shows it.</summary>
    public JsonWebKey PublicKey { get; }

    /// <summary>A fresh key: the algorithm's curve, or RSA of 2048 bits.</summary>
    /// <exception cref="ArgumentException">The algorithm is not one of <see cref="JwsAlgorithms.Asymmetric"/>.</exception>
    public static JwtSigner Create(string algorithm)
    {
        var known = JwsAlgorithm.Get(algorithm);
        return new JwtSigner(known, known.Curve is null ? RSA.Create(FreshRsaBits) : ECDsa.Create(known.Curve.Parameters));
    }

    /// <summary>The key that <see cref="ExportPkcs8"/> gave, or any other unencrypted PKCS#8 (RFC 5208 §5) that fits.</summary>
    /// <exception cref="ArgumentException">The algorithm is unknown, or the key is of another curve or size.</exception>
    /// <exception cref="CryptographicException">The bytes are not a private key of the algorithm's type.</exception>
    public static JwtSigner Import(string algorithm, ReadOnlySpan<byte> pkcs8)
    {
        var known = JwsAlgorithm.Get(algorithm);
        var key = Open(known, pkcs8);
        try
        {
            return new JwtSigner(known, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The private key, unencrypted: the caller wraps it before it is stored, and wipes it.</summary>
    public byte[] ExportPkcs8()
    {
        var instance = _instances.Take();
        try
        {
            return instance.ExportPkcs8PrivateKey();
        }
        finally
        {
            _instances.Return(instance);
        }
    }

    /// <summary>
    /// The compact serialization of RFC 7515 §7.1 with the header <c>alg</c>, <c>typ</c>, <c>kid</c>. Allocates the
    /// resulting string and nothing else of its own.
    /// </summary>
    /// <param name="typ">The media type without <c>application/</c>, e.g. <c>at+jwt</c>: one of a few constants, never input.</param>
    /// <param name="utf8Payload">The claims as a JSON object; at most <see cref="MaxPayloadLength"/> bytes.</param>
    public string CreateJwt(string typ, ReadOnlySpan<byte> utf8Payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8Payload.Length, MaxPayloadLength, nameof(utf8Payload));

        var header = _headers.TryGetValue(typ, out var known) ? known : _headers.GetOrAdd(typ, EncodeHeader(typ));
        var inputLength = header.Length + Base64Url.GetEncodedLength(utf8Payload.Length);
        var length = inputLength + 1 + Base64Url.GetEncodedLength(_signatureLength);

        byte[]? rented = null;
        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(length);
        var token = buffer[..length];
        header.CopyTo(token);
        Base64Url.EncodeToUtf8(utf8Payload, token[header.Length..]);
        token[inputLength] = (byte)'.';
        Sign(token[..inputLength], token[(inputLength + 1)..]);
        var compact = Encoding.ASCII.GetString(token);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return compact;
    }

    public void Dispose() => _instances.Close();

    private void Sign(ReadOnlySpan<byte> input, Span<byte> encoded)
    {
        Span<byte> signature = stackalloc byte[JwsAlgorithm.MaxSignatureLength];
        var instance = _instances.Take();
        try
        {
            var length = _algorithm.Sign(instance, input, signature);
            Base64Url.EncodeToUtf8(signature[..length], encoded);
        }
        finally
        {
            _instances.Return(instance);
        }
    }

    private byte[] EncodeHeader(string typ)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, HeaderForm))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", Algorithm);
            writer.WriteString("typ", typ);
            writer.WriteString("kid", Kid);
            writer.WriteEndObject();
        }

        return [.. Base64Url.EncodeToUtf8(json.WrittenSpan), (byte)'.'];
    }

    private static AsymmetricAlgorithm Open(JwsAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        AsymmetricAlgorithm key = algorithm.Curve is null ? RSA.Create() : ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out var read);
            return read == pkcs8.Length ? key : throw new CryptographicException("Bytes follow the private key.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
