using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace LimitApp;

/// <summary>An <c>at+jwt</c> (RFC 9068 §2) with the claims and the size of the product's, in one buffer, signed with ES256.</summary>
internal static class AccessToken
{
    private const int SignatureLength = 64;

    private static readonly ECParameters Key = CreateKey();

    /// <summary>One key object a thread: an <see cref="ECDsa"/> does not promise to be safe for use by several at once.</summary>
    private static readonly ThreadLocal<ECDsa> Signer = new(() => ECDsa.Create(Key));

    private static ReadOnlySpan<byte> Header => """{"alg":"ES256","typ":"at+jwt","kid":"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"}"""u8;

    /// <summary>Writes a fresh token, about 500 bytes, and returns its length.</summary>
    public static int Write(Span<byte> token)
    {
        var length = Base64Url.EncodeToUtf8(Header, token);
        token[length++] = (byte)'.';

        Span<byte> payload = stackalloc byte[512];
        length += Base64Url.EncodeToUtf8(payload[..WritePayload(payload)], token[length..]);

        Span<byte> signature = stackalloc byte[SignatureLength];
        Signer.Value!.SignData(token[..length], signature, HashAlgorithmName.SHA256);
        token[length++] = (byte)'.';
        return length + Base64Url.EncodeToUtf8(signature, token[length..]);
    }

    private static int WritePayload(Span<byte> payload)
    {
        Span<byte> jti = stackalloc byte[16];
        RandomNumberGenerator.Fill(jti);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Utf8.TryWrite(
            payload,
            CultureInfo.InvariantCulture,
            $$"""{"iss":"http://127.0.0.1:5080","sub":"load-jwt","aud":"orders","client_id":"load-jwt","iat":{{now}},"exp":{{now + 3600}},"jti":"{{Convert.ToHexStringLower(jti)}}","scope":"orders.read"}""",
            out var length);
        return length;
    }

    private static ECParameters CreateKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportParameters(includePrivateParameters: true);
    }
}
