using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>Django's PBKDF2 hashers: <c>pbkdf2_sha256$ITERATIONS$SALT$BASE64</c>, and <c>pbkdf2_sha1</c>. The salt is text, and goes in as its UTF-8 bytes.</summary>
internal sealed class DjangoVerifier : IPasswordVerifier
{
    private const int MaxSaltLength = 128;

    public bool CanRead(string stored) => Parse(stored) is not null;

    public bool Verify(string stored, string password)
    {
        var hash = Parse(stored) ?? throw new ArgumentException("Not a hash of Django's.", nameof(stored));
        var computed = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(hash.Salt), hash.Iterations, hash.Algorithm, hash.Digest.Length);
        return CryptographicOperations.FixedTimeEquals(computed, hash.Digest);
    }

    private static DjangoHash? Parse(string stored)
    {
        if (stored.Split('$') is not [var name, var iterationsText, { Length: > 0 and <= MaxSaltLength } salt, var digestText])
            return null;
        if (!int.TryParse(iterationsText, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is 0 or > UserPasswordHasher.MaxIterations)
            return null;
        (HashAlgorithmName Algorithm, int Length)? known = name switch
        {
            "pbkdf2_sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            "pbkdf2_sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            _ => null,
        };
        var digest = new byte[digestText.Length];
        return known is { } format && Convert.TryFromBase64String(digestText, digest, out var length) && length == format.Length
            ? new DjangoHash(format.Algorithm, iterations, salt, digest[..length])
            : null;
    }

    private sealed record DjangoHash(HashAlgorithmName Algorithm, int Iterations, string Salt, byte[] Digest);
}
