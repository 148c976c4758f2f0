using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>Hash functions, and the base64 of hashes, as other systems use them.</summary>
internal static class Digests
{
    /// <summary>Longest salt in bytes, in every format.</summary>
    public const int MaxSaltLength = 128;

    /// <summary>Shortest and longest output of a slow hash in bytes, in every format.</summary>
    public const int MinDigestLength = 16, MaxDigestLength = 128;

    /// <summary>UTF-8, which every format hashes.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// The digest of some bytes. MD5 and SHA-1 are what older systems have stored; such a hash is replaced at the first login.
    /// </summary>
    public static byte[] Of(HashAlgorithmName algorithm, ReadOnlySpan<byte> data) => CryptographicOperations.HashData(algorithm, data);

    /// <summary>Length of a digest in bytes.</summary>
    public static int LengthOf(HashAlgorithmName algorithm) => algorithm.Name switch
    {
        "SHA512" => SHA512.HashSizeInBytes,
        "SHA384" => SHA384.HashSizeInBytes,
        "SHA256" => SHA256.HashSizeInBytes,
        "SHA1" => SHA1.HashSizeInBytes,
        "MD5" => MD5.HashSizeInBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Decodes base64 with or without padding; <c>.</c> counts as <c>+</c>, as in passlib's hashes.</summary>
    /// <returns>False for anything else.</returns>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var standard = text.Replace('.', '+');
        var padded = standard.EndsWith('=') ? standard : standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length];
        bytes = Convert.TryFromBase64String(padded, buffer, out var length) ? buffer[..length] : null;
        return bytes is not null;
    }

    /// <summary>True for a salt and an output of lengths that are accepted.</summary>
    public static bool AreUsable(byte[] salt, byte[] digest) =>
        salt.Length <= MaxSaltLength && digest.Length is >= MinDigestLength and <= MaxDigestLength;
}
