using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Protocol;

/// <summary>SHA-256 of a presented value: what is stored and compared in place of the value.</summary>
public static class TokenHash
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    /// <summary>SHA-256 of the UTF-8 bytes of <paramref name="value"/>; 32 bytes.</summary>
    public static byte[] Of(ReadOnlySpan<char> value)
    {
        var hash = new byte[Length];
        Write(value, hash);
        return hash;
    }

    /// <summary>Writes the hash to <paramref name="destination"/> (32 bytes) without allocating for values up to 1 KiB.</summary>
    public static void Write(ReadOnlySpan<char> value, Span<byte> destination)
    {
        var max = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = max <= 1024 ? stackalloc byte[max] : new byte[max];
        var length = Encoding.UTF8.GetBytes(value, utf8);
        SHA256.HashData(utf8[..length], destination);
        CryptographicOperations.ZeroMemory(utf8[..length]);
    }
}
