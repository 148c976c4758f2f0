using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// The hub's own format, and what older applications of ASP.NET Core Identity and ASP.NET Identity have stored: base64 of version 3 (marker
/// 1, then PRF, iterations and length of the salt as four bytes each, big-endian, a salt and a subkey of at least 16 bytes) or of version 2
/// (marker 0, salt, subkey: 49 bytes).
/// </summary>
/// <param name="iterations">Of a hash that is made now: PBKDF2-HMAC-SHA512.</param>
internal sealed class IdentityVerifier(int iterations) : IPasswordVerifier
{
    private const int Sha512 = 2;
    private static readonly User Nobody = new();
    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    public bool CanRead(string stored)
    {
        var bytes = new byte[stored.Length];
        if (!Convert.TryFromBase64String(stored, bytes, out var length))
            return false;
        return bytes.AsSpan(0, length) switch
        {
            [0x00, ..] => length == 49,
            [0x01, ..] and { Length: >= 45 } version3 => BinaryPrimitives.ReadUInt32BigEndian(version3[1..]) <= Sha512
                && BinaryPrimitives.ReadInt32BigEndian(version3[5..]) is > 0 and <= UserPasswordHasher.MaxIterations
                && BinaryPrimitives.ReadInt32BigEndian(version3[9..]) is >= 16 and var salt && salt <= length - 29,
            _ => false,
        };
    }

    public bool Verify(string stored, string password) => _hasher.VerifyHashedPassword(Nobody, stored, password) != PasswordVerificationResult.Failed;

    /// <summary>A hash of the password as one is made now.</summary>
    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    /// <summary>True when a hash costs what one that is made now does, or more.</summary>
    public bool IsCurrent(string stored)
    {
        if (!CanRead(stored))
            return false;
        ReadOnlySpan<byte> bytes = Convert.FromBase64String(stored);
        return bytes[0] == 0x01 && BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) == Sha512 && BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) >= iterations;
    }
}
