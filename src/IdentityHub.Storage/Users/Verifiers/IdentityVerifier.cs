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
    private const int HeaderLength = 13, MinPartLength = 16, MinVersion3Length = HeaderLength + (2 * MinPartLength);
    private const int Version2Length = 49;
    private static readonly User NoUser = new();
    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    public StoredHash? Read(string stored)
    {
        var bytes = new byte[stored.Length];
        if (!Convert.TryFromBase64String(stored, bytes, out var length))
            return null;
        ReadOnlySpan<byte> hash = bytes.AsSpan(0, length);
        if (!HasForm(hash))
            return null;
        if (hash[0] == 0x01 && IterationsOf(hash) is <= 0 or > UserPasswordHasher.MaxIterations)
            return StoredHash.Refused(
                $"has {(uint)IterationsOf(hash)} iterations of PBKDF2; 1 to {UserPasswordHasher.MaxIterations} are checked");
        return StoredHash.Of(password => _hasher.VerifyHashedPassword(NoUser, stored, password) != PasswordVerificationResult.Failed);
    }

    /// <summary>A hash of the password as one is made now.</summary>
    public string Hash(string password) => _hasher.HashPassword(NoUser, password);

    /// <summary>True when a hash costs what one that is made now does, or more.</summary>
    public bool IsCurrent(string stored)
    {
        if (Read(stored) is not { Fault: null })
            return false;
        ReadOnlySpan<byte> hash = Convert.FromBase64String(stored);
        return hash[0] == 0x01 && BinaryPrimitives.ReadUInt32BigEndian(hash[1..]) == Sha512 && IterationsOf(hash) >= iterations;
    }

    private static bool HasForm(ReadOnlySpan<byte> hash) => hash switch
    {
        [0x00, ..] => hash.Length == Version2Length,
        [0x01, ..] when hash.Length >= MinVersion3Length => BinaryPrimitives.ReadUInt32BigEndian(hash[1..]) <= Sha512
            && BinaryPrimitives.ReadInt32BigEndian(hash[9..]) is >= MinPartLength and var salt
            && salt <= hash.Length - HeaderLength - MinPartLength,
        _ => false,
    };

    private static int IterationsOf(ReadOnlySpan<byte> version3) => BinaryPrimitives.ReadInt32BigEndian(version3[5..]);
}
