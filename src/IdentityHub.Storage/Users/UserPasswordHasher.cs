using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IdentityHub.Storage.Users;

/// <summary>
/// How passwords are hashed: <c>sha256:</c> and ASP.NET Core Identity's version 3 format (PBKDF2-HMAC-SHA512, salt and iteration count inside)
/// of what a client would send as <see cref="ClientSentHash"/>. So one verifier is good for both ways of logging in, by a password and by its hash,
/// whichever of the two it was made of. Verifiers without the mark are of the password itself; they are checked, and replaced at the next login.
/// </summary>
public sealed class UserPasswordHasher(int iterations) : IPasswordHasher<User>
{
    /// <summary>OWASP's minimum for PBKDF2-HMAC-SHA512 (2026).</summary>
    public const int MinIterations = 220_000;

    /// <summary>Longest password in UTF-8 bytes; a longer one is refused before any work.</summary>
    public const int MaxPasswordBytes = 1024;

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    public string HashPassword(User user, string password) => HashClientSent(ClientSentHash.Sha256, ClientSentHash.Of(ClientSentHash.Sha256, password));

    /// <summary>The verifier of a hash that a client has sent in place of a password.</summary>
    /// <param name="kind">One of <see cref="ClientSentHash.Kinds"/>.</param>
    /// <param name="sent">As <see cref="ClientSentHash.Normalize"/> makes it.</param>
    public string HashClientSent(string kind, string sent) => $"{kind}:{_hasher.HashPassword(new User(), sent)}";

    /// <summary>The part of a verifier that a client-sent hash is held against; null when it is none of that kind.</summary>
    public static string? ForClientSent(string? verifier, string kind) =>
        verifier is not null && Split(verifier) is (var mark, { } rest) && mark == kind ? rest : null;

    /// <summary>
    /// True for what <see cref="VerifyHashedPassword"/> can check: behind the mark, if there is one, version 2 (marker, salt, subkey: 49 bytes), or
    /// version 3 (marker, then PRF, iterations and length of the salt as four bytes each, big-endian, a salt and a subkey of at least 16 bytes).
    /// </summary>
    public static bool IsReadable(string hash)
    {
        var (_, rest) = Split(hash);
        var bytes = new byte[rest.Length];
        if (!Convert.TryFromBase64String(rest, bytes, out var length))
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
    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        var (kind, rest) = Split(hashedPassword);
        var verified = _hasher.VerifyHashedPassword(user, rest, kind is null ? providedPassword : ClientSentHash.Of(kind, providedPassword));
        return verified == PasswordVerificationResult.Success && kind != ClientSentHash.Sha256 ? PasswordVerificationResult.SuccessRehashNeeded : verified;
    }

    private static (string? Kind, string Hash) Split(string verifier)
    {
        var colon = verifier.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && ClientSentHash.Kinds.Contains(verifier[..colon]) ? (verifier[..colon], verifier[(colon + 1)..]) : (null, verifier);
    }
}
