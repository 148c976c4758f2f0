using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// One round of a digest with a salt. Directories store it in <c>userPassword</c>: <c>{SSHA}</c>, <c>{SSHA256}</c>, <c>{SSHA384}</c>,
/// <c>{SSHA512}</c> or <c>{SMD5}</c> (in any case, RFC 2307 §5.3) and the base64 of the digest of password + salt, with the salt behind it.
/// Applications write <c>sha256:DIGEST:SALT</c> (also sha512, sha1, md5), of salt + password, with a digest in hexadecimal or base64 and
/// the salt as text.
/// </summary>
internal sealed partial class SaltedDigestVerifier : IPasswordVerifier
{
    public StoredHash? Read(string stored)
    {
        if (Directory().Match(stored) is { Success: true } directory)
            return ReadDirectory(AlgorithmOf(directory.Groups[1].Value), directory.Groups[2].Value);
        return Application().Match(stored) is { Success: true } application
            ? ReadApplication(
                AlgorithmOf(application.Groups[1].Value), application.Groups[2].Value, Digests.Utf8(application.Groups[3].Value))
            : null;
    }

    private static StoredHash ReadDirectory(HashAlgorithmName algorithm, string base64)
    {
        var length = Digests.LengthOf(algorithm);
        if (!Digests.TryDecode(base64, out var bytes) || bytes.Length <= length || bytes.Length > length + Digests.MaxSaltLength)
            return StoredHash.Refused("has a digest of another length, or no salt behind it");
        var (digest, salt) = (bytes[..length], bytes[length..]);
        return StoredHash.Of(password =>
            CryptographicOperations.FixedTimeEquals(Digests.Of(algorithm, [.. Digests.Utf8(password), .. salt]), digest));
    }

    private static StoredHash ReadApplication(HashAlgorithmName algorithm, string text, byte[] salt)
    {
        var length = Digests.LengthOf(algorithm);
        var digest =
            text.Length == 2 * length && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
            : Digests.TryDecode(text, out var decoded) ? decoded
            : [];
        return digest.Length != length || salt.Length > Digests.MaxSaltLength
            ? StoredHash.Refused("has a digest of another length, or a salt that is too long")
            : StoredHash.Of(password =>
                CryptographicOperations.FixedTimeEquals(Digests.Of(algorithm, [.. salt, .. Digests.Utf8(password)]), digest));
    }

    private static HashAlgorithmName AlgorithmOf(string name) => name.ToUpperInvariant() switch
    {
        "SSHA512" or "SHA512" => HashAlgorithmName.SHA512,
        "SSHA384" => HashAlgorithmName.SHA384,
        "SSHA256" or "SHA256" => HashAlgorithmName.SHA256,
        "SMD5" or "MD5" => HashAlgorithmName.MD5,
        _ => HashAlgorithmName.SHA1,
    };

    [GeneratedRegex(@"^\{(SSHA512|SSHA384|SSHA256|SSHA|SMD5)\}(.*)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Directory();

    [GeneratedRegex(@"^(sha256|sha512|sha1|md5):([A-Za-z0-9+/=]+):(.+)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Application();
}
