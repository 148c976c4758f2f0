using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// bcrypt: <c>$2a$</c>, <c>$2b$</c> and <c>$2y$</c>, also with <c>{CRYPT}</c> or <c>{BCRYPT}</c> before it (directories, Spring Security)
/// and as Django writes it (<c>bcrypt$…</c>; <c>bcrypt_sha256$…</c> is over the hexadecimal SHA-256). <c>$wp$2y$</c> is WordPress's since
/// version 6.8: over the base64 of HMAC-SHA-384 of the trimmed password. bcrypt itself reads 72 bytes of a password.
/// </summary>
internal sealed partial class BcryptVerifier : IPasswordVerifier
{
    /// <summary>Highest cost: each step doubles the work.</summary>
    public const int MaxCost = 14;

    private const int MinCost = 4;
    private const int SaltLength = 29;

    // What PHP's trim() removes.
    private static readonly char[] Blanks = [' ', '\n', '\r', '\t', '\v', '\0'];

    public StoredHash? Read(string stored)
    {
        if (Form().Match(stored) is not { Success: true } form)
            return null;
        var cost = int.Parse(form.Groups[3].Value, NumberStyles.None, CultureInfo.InvariantCulture);
        if (cost is < MinCost or > MaxCost)
            return StoredHash.Refused($"has the bcrypt cost {cost}; {MinCost} to {MaxCost} are checked");

        var hash = form.Groups[2].Value;
        return form.Groups[1].Value switch
        {
            "$wp" => StoredHash.Of(password => Matches(hash, WordPress(password))),
            "bcrypt_sha256$" => StoredHash.Of(password => Matches(hash, Convert.ToHexStringLower(SHA256.HashData(Digests.Utf8(password))))),
            _ => StoredHash.Of(password => Matches(hash, password)),
        };
    }

    private static bool Matches(string hash, string password)
    {
        var computed = BCrypt.Net.BCrypt.HashPassword(password, hash[..SaltLength]);
        return CryptographicOperations.FixedTimeEquals(Digests.Utf8(computed[SaltLength..]), Digests.Utf8(hash[SaltLength..]));
    }

    private static string WordPress(string password) =>
        Convert.ToBase64String(HMACSHA384.HashData("wp-sha384"u8, Digests.Utf8(password.Trim(Blanks))));

    [GeneratedRegex(@"^(\$wp|bcrypt\$|bcrypt_sha256\$|\{(?i:crypt|bcrypt)\})?(\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53})\z")]
    private static partial Regex Form();
}
