using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IdentityHub.Storage.Users;

/// <summary>
/// How passwords are hashed: ASP.NET Core Identity's version 3 format, PBKDF2-HMAC-SHA512, salt and iteration count inside the hash.
/// </summary>
public sealed class UserPasswordHasher(int iterations) : IPasswordHasher<User>
{
    /// <summary>OWASP's minimum for PBKDF2-HMAC-SHA512 (2026).</summary>
    public const int MinIterations = 220_000;

    /// <summary>Longest password in UTF-8 bytes; a longer one is refused before any work.</summary>
    public const int MaxPasswordBytes = 1024;

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    public string HashPassword(User user, string password) => _hasher.HashPassword(user, password);

    /// <summary>
    /// True for what <see cref="VerifyHashedPassword"/> can check: version 2 (marker, salt, subkey: 49 bytes), or version 3 (marker, then PRF,
    /// iterations and length of the salt as four bytes each, big-endian, a salt and a subkey of at least 16 bytes).
    /// </summary>
    public static bool IsReadable(string hash)
    {
        var bytes = new byte[hash.Length];
        if (!Convert.TryFromBase64String(hash, bytes, out var length))
            return false;
        return bytes.AsSpan(0, length) switch
        {
            [0x00, ..] => length == 49,
            [0x01, ..] and { Length: >= 45 } version3 => BinaryPrimitives.ReadUInt32BigEndian(version3[1..]) <= 2
                && BinaryPrimitives.ReadInt32BigEndian(version3[5..]) > 0
                && BinaryPrimitives.ReadInt32BigEndian(version3[9..]) is >= 16 and var salt && salt <= length - 29,
            _ => false,
        };
    }

    /// <summary>Costs one hash of work whatever the answer is, as long as the hash <see cref="IsReadable"/>.</summary>
    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
        _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
}
