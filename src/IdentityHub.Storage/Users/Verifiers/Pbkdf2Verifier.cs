using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// PBKDF2 as Django writes it (<c>pbkdf2_sha256$ITERATIONS$SALT$BASE64</c>, <c>pbkdf2_sha1</c>; the salt is text) and as passlib does
/// (<c>$pbkdf2-sha256$ITERATIONS$SALT$DIGEST</c>, <c>$pbkdf2-sha512$</c>, and <c>$pbkdf2$</c> for SHA-1; both parts are base64 with
/// <c>.</c> for <c>+</c> and without padding). Keycloak's hashes are imported in passlib's form.
/// </summary>
internal sealed partial class Pbkdf2Verifier : IPasswordVerifier
{
    public StoredHash? Read(string stored)
    {
        if (Django().Match(stored) is { Success: true } django)
            return Read(django.Groups[1].Value, django.Groups[2].Value, Digests.Utf8(django.Groups[3].Value), django.Groups[4].Value);
        if (Passlib().Match(stored) is not { Success: true } passlib)
            return null;
        return Digests.TryDecode(passlib.Groups[3].Value, out var salt)
            ? Read(passlib.Groups[1].Value, passlib.Groups[2].Value, salt, passlib.Groups[4].Value)
            : StoredHash.Refused("has a salt that is not base64");
    }

    /// <summary>Passlib's form of a hash.</summary>
    /// <param name="algorithm"><c>sha1</c>, <c>sha256</c> or <c>sha512</c>.</param>
    public static string Write(string algorithm, int iterations, byte[] salt, byte[] digest) =>
        string.Create(CultureInfo.InvariantCulture, $"$pbkdf2-{algorithm}${iterations}${Encode(salt)}${Encode(digest)}");

    private static StoredHash Read(string algorithmName, string iterationsText, byte[] salt, string digestText)
    {
        var algorithm = algorithmName switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA1,
        };
        if (!int.TryParse(iterationsText, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is 0 or > UserPasswordHasher.MaxIterations)
            return StoredHash.Refused($"has {iterationsText} iterations of PBKDF2; 1 to {UserPasswordHasher.MaxIterations} are checked");
        if (!Digests.TryDecode(digestText, out var digest) || !Digests.AreUsable(salt, digest))
            return StoredHash.Refused("has a salt or a digest that is not PBKDF2's");
        return StoredHash.Of(password =>
            CryptographicOperations.FixedTimeEquals(
                Rfc2898DeriveBytes.Pbkdf2(Digests.Utf8(password), salt, iterations, algorithm, digest.Length), digest));
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '.');

    [GeneratedRegex(@"^pbkdf2_(sha256|sha1)\$([0-9]{1,10})\$([^$]{1,128})\$([A-Za-z0-9+/=]+)\z")]
    private static partial Regex Django();

    [GeneratedRegex(@"^\$pbkdf2(?:-(sha1|sha256|sha512))?\$([0-9]{1,10})\$([A-Za-z0-9./+=]*)\$([A-Za-z0-9./+=]+)\z")]
    private static partial Regex Passlib();
}
