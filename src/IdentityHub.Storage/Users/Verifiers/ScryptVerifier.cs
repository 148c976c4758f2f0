using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// scrypt (RFC 7914) as Django writes it (<c>scrypt$N$SALT$R$P$BASE64</c>; the salt is text) and as passlib does
/// (<c>$scrypt$ln=LOG2N,r=R,p=P$SALT$DIGEST</c>, base64 without padding).
/// </summary>
internal sealed partial class ScryptVerifier : IPasswordVerifier
{
    /// <summary>Highest logarithm of N that is looked at.</summary>
    public const int MaxLogN = 24;

    /// <summary>Most of N times r times p.</summary>
    public const int MaxWork = 1 << 22;

    private const int BytesOfBlock = 128;

    public StoredHash? Read(string stored)
    {
        if (Django().Match(stored) is { Success: true } django)
        {
            var n = long.Parse(django.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture);
            return Read(n, django.Groups[3].Value, django.Groups[4].Value, Digests.Utf8(django.Groups[2].Value), django.Groups[5].Value);
        }

        if (Passlib().Match(stored) is not { Success: true } passlib)
            return null;
        var logN = int.Parse(passlib.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture);
        if (logN > MaxLogN)
            return StoredHash.Refused($"has ln={logN} of scrypt; at most {MaxLogN} is checked");
        return Digests.TryDecode(passlib.Groups[4].Value, out var salt)
            ? Read(1L << logN, passlib.Groups[2].Value, passlib.Groups[3].Value, salt, passlib.Groups[5].Value)
            : StoredHash.Refused("has a salt that is not base64");
    }

    /// <summary>What is wrong with parameters, or too much, as the end of a sentence that begins with "it"; null for nothing.</summary>
    public static string? FaultOf(long n, long r, long p)
    {
        if (n < 2 || !BitOperations.IsPow2(n) || r == 0 || p == 0 || (r == 1 && n >= 1 << 16))
            return "has parameters that are not scrypt's";
        return BytesOfBlock * n * r > MemoryBudget.Bytes || n * r * p > MaxWork
            ? $"has N={n}, r={r}, p={p} of scrypt; at most {MemoryBudget.Bytes / 1024 / 1024} MiB (128 times N times r), and N times r "
                + $"times p at most {MaxWork}, are checked"
            : null;
    }

    /// <summary>The output of scrypt for parameters that <see cref="FaultOf"/> finds nothing wrong with.</summary>
    public static byte[] Derive(string password, byte[] salt, int n, int r, int p, int length) =>
        MemoryBudget.Shared.Run((long)BytesOfBlock * n * r, () => SCrypt.Generate(Digests.Utf8(password), salt, n, r, p, length));

    private static StoredHash Read(long n, string rText, string pText, byte[] salt, string digestText)
    {
        var (r, p) = (
            long.Parse(rText, NumberStyles.None, CultureInfo.InvariantCulture),
            long.Parse(pText, NumberStyles.None, CultureInfo.InvariantCulture));
        if (FaultOf(n, r, p) is { } fault)
            return StoredHash.Refused(fault);
        if (!Digests.TryDecode(digestText, out var digest) || !Digests.AreUsable(salt, digest))
            return StoredHash.Refused("has a salt or a digest that is not scrypt's");
        return StoredHash.Of(password =>
            CryptographicOperations.FixedTimeEquals(Derive(password, salt, (int)n, (int)r, (int)p, digest.Length), digest));
    }

    [GeneratedRegex(@"^scrypt\$([0-9]{1,9})\$([^$]{1,128})\$([0-9]{1,4})\$([0-9]{1,4})\$([A-Za-z0-9+/=]+)\z")]
    private static partial Regex Django();

    [GeneratedRegex(@"^\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,4}),p=([0-9]{1,4})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)\z")]
    private static partial Regex Passlib();
}
