using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace LimitApp;

/// <summary>
/// An <c>id_token</c> (OpenID Connect Core §2) with the claims and the size of the product's, in one buffer, signed with RS256.
/// </summary>
internal static class IdToken
{
    private static readonly RSAParameters Key = CreateKey();

    /// <summary>One key object a thread, as for the access token.</summary>
    private static readonly ThreadLocal<RSA> Signer = new(() => RSA.Create(Key));

    private static ReadOnlySpan<byte> Header => """{"alg":"RS256","typ":"JWT","kid":"3g9AXJU3xJ3CpumjPO_ABeTkq0Z6RSUSOhA6SKrIvQU"}"""u8;

    /// <summary>Writes a fresh token, about 900 bytes, and returns its length.</summary>
    public static int Write(Span<byte> token, ReadOnlySpan<byte> accessToken)
    {
        var length = Base64Url.EncodeToUtf8(Header, token);
        token[length++] = (byte)'.';

        Span<byte> payload = stackalloc byte[640];
        length += Base64Url.EncodeToUtf8(payload[..WritePayload(payload, accessToken)], token[length..]);

        Span<byte> signature = stackalloc byte[256];
        Signer.Value!.SignData(token[..length], signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        token[length++] = (byte)'.';
        return length + Base64Url.EncodeToUtf8(signature, token[length..]);
    }

    private static int WritePayload(Span<byte> payload, ReadOnlySpan<byte> accessToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(accessToken, hash);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Utf8.TryWrite(
            payload,
            CultureInfo.InvariantCulture,
            $$"""{"iss":"https://load.example","sub":"01a2120c-1018-7000-a76b-e5252080c2db","aud":"load-code","iat":{{now}},"exp":{{now + 300}},"auth_time":{{now}},"acr":"urn:identityhub:acr:1","amr":["pwd"],"sid":"01a2120c-1018-7000-a76b-e5252080c2db","nonce":"load","at_hash":"{{Base64Url.EncodeToString(hash[..16])}}"}""",
            out var length);
        return length;
    }

    private static RSAParameters CreateKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    }
}
