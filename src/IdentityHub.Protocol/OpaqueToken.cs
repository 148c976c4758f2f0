using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Protocol;

/// <summary>Which opaque value it is: the letter behind <c>ih</c>.</summary>
public enum OpaqueTokenType
{
    /// <summary><c>iha_</c>, an access token by reference.</summary>
    AccessToken = 'a',

    /// <summary><c>ihr_</c>, a refresh token.</summary>
    RefreshToken = 'r',

    /// <summary><c>ihc_</c>, an authorization code.</summary>
    AuthorizationCode = 'c',

    /// <summary><c>ihs_</c>, a login session id (LSID).</summary>
    Session = 's',

    /// <summary><c>ihk_</c>, an API key.</summary>
    ApiKey = 'k',

    /// <summary><c>ihd_</c>, a device code.</summary>
    DeviceCode = 'd',

    /// <summary><c>ihb_</c>, the cookie of a browser session.</summary>
    BrowserSession = 'b',

    /// <summary><c>ihp_</c>, the reference of a pushed authorization request. RFC 9126 §2.2.</summary>
    PushedRequest = 'p',

    /// <summary><c>ihw_</c>, the token of a mail that resets a password.</summary>
    PasswordReset = 'w',

    /// <summary><c>ihu_</c>, the token of a notice that undoes the change of an address.</summary>
    AddressUndo = 'u',
}

/// <summary>
/// The form of every opaque value: <c>ih</c> + type letter + <c>_</c> + base64url of 32 bytes + 6-character checksum, 53 characters. The
/// checksum is the first 36 bits of SHA-256 over all that is before it. With it, a wrong or cut value is refused without touching the
/// database, and secret scanners recognise a leaked one. It is no protection by itself.
/// </summary>
public static class OpaqueToken
{
    /// <summary>Length of every opaque value in characters.</summary>
    public const int Length = 4 + BodyLength + ChecksumLength;

    private const int SecretBytes = 32;
    private const int BodyLength = 43;
    private const int ChecksumLength = 6;

    /// <summary>A fresh value of 256 bits from the system's CSPRNG.</summary>
    public static string Create(OpaqueTokenType type)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        var token = Format(type, secret);
        CryptographicOperations.ZeroMemory(secret);
        return token;
    }

    /// <summary>The value whose body is <paramref name="secret"/> (32 bytes), for values derived by a keyed function.</summary>
    public static string Format(OpaqueTokenType type, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SecretBytes)
            throw new ArgumentException("An opaque value holds exactly 32 bytes.", nameof(secret));

        Span<byte> ascii = stackalloc byte[Length];
        ascii[0] = (byte)'i';
        ascii[1] = (byte)'h';
        ascii[2] = (byte)type;
        ascii[3] = (byte)'_';
        Base64Url.EncodeToUtf8(secret, ascii.Slice(4, BodyLength));
        WriteChecksum(ascii[..(4 + BodyLength)], ascii[(4 + BodyLength)..]);
        return Encoding.ASCII.GetString(ascii);
    }

    /// <summary>
    /// True when <paramref name="value"/> has the exact form of <paramref name="type"/> and its checksum holds.
    /// Says nothing about whether the value was ever issued.
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> value, OpaqueTokenType type)
    {
        if (value.Length != Length || value[0] != 'i' || value[1] != 'h' || value[2] != (char)type || value[3] != '_')
            return false;

        Span<byte> ascii = stackalloc byte[Length];
        for (var i = 0; i < Length; i++)
        {
            var c = value[i];
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
            ascii[i] = (byte)c;
        }

        Span<byte> expected = stackalloc byte[ChecksumLength];
        WriteChecksum(ascii[..(4 + BodyLength)], expected);
        return expected.SequenceEqual(ascii[(4 + BodyLength)..]);
    }

    private static void WriteChecksum(ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(prefix, hash);
        Span<byte> encoded = stackalloc byte[8];
        Base64Url.EncodeToUtf8(hash[..6], encoded);
        encoded[..ChecksumLength].CopyTo(destination);
    }
}
