using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// phpass's portable hashes: <c>$P$</c> (WordPress before 6.8) and <c>$H$</c> (phpBB), a character for the logarithm of the rounds, eight
/// of salt, 22 of MD5. The rounds are MD5(digest + password).
/// </summary>
internal sealed partial class PhpassVerifier : IPasswordVerifier
{
    /// <summary>Highest logarithm of the rounds; WordPress has 13.</summary>
    public const int MaxLogRounds = 20;

    private const int MinLogRounds = 7;
    private const int SaltStart = 4, SaltLength = 8;

    public StoredHash? Read(string stored)
    {
        if (!Form().IsMatch(stored))
            return null;
        var logRounds = CryptBase64.Alphabet.IndexOf(stored[SaltStart - 1], StringComparison.Ordinal);
        return logRounds is < MinLogRounds or > MaxLogRounds
            ? StoredHash.Refused($"has 2^{logRounds} rounds of phpass; 2^{MinLogRounds} to 2^{MaxLogRounds} are checked")
            : StoredHash.Of(password => Matches(stored, 1 << logRounds, Digests.Utf8(password)));
    }

    private static bool Matches(string stored, int rounds, byte[] password)
    {
        var digest = Digests.Of(HashAlgorithmName.MD5, [.. Digests.Utf8(stored[SaltStart..(SaltStart + SaltLength)]), .. password]);
        byte[] input = [.. digest, .. password];
        for (var i = 0; i < rounds; i++)
            CryptographicOperations.HashData(HashAlgorithmName.MD5, input, input.AsSpan(0, digest.Length));
        var computed = CryptBase64.Encode(input.AsSpan(0, digest.Length));
        return CryptographicOperations.FixedTimeEquals(Digests.Utf8(computed), Digests.Utf8(stored[(SaltStart + SaltLength)..]));
    }

    [GeneratedRegex(@"^\$[PH]\$[./0-9A-Za-z]{31}\z")]
    private static partial Regex Form();
}
