using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// SHA-crypt (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512") of <c>/etc/shadow</c>: <c>$5$</c> with SHA-256, <c>$6$</c> with
/// SHA-512, then perhaps <c>rounds=N$</c>, a salt of at most 16 characters and the digest. Directories write <c>{CRYPT}</c> before it.
/// </summary>
internal sealed partial class ShaCryptVerifier : IPasswordVerifier
{
    /// <summary>Most rounds; passlib's default is 656,000.</summary>
    public const int MaxRounds = 1_000_000;

    /// <summary>
    /// Longest password in bytes: that of libxcrypt. Each round hashes the password twice, and so a longer one costs more.
    /// </summary>
    public const int MaxPasswordBytes = 512;

    private const int MinRounds = 1000;
    private const int UsualRounds = 5000;

    public StoredHash? Read(string stored)
    {
        if (Form().Match(stored) is not { Success: true } form)
            return null;
        var rounds = form.Groups[2].Success
            ? long.Parse(form.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture)
            : UsualRounds;
        if (rounds is < MinRounds or > MaxRounds)
            return StoredHash.Refused($"has {rounds} rounds of SHA-crypt; {MinRounds} to {MaxRounds} are checked");

        var algorithm = form.Groups[1].Value == "5" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        var (salt, expected) = (Digests.Utf8(form.Groups[3].Value), form.Groups[4].Value);
        if (expected.Length != ((Digests.LengthOf(algorithm) * 8) + 5) / 6)
            return StoredHash.Refused("has a digest that is not SHA-crypt's");
        return StoredHash.Of(password => Digests.Utf8(password) is { Length: <= MaxPasswordBytes } bytes
            && CryptographicOperations.FixedTimeEquals(
                Digests.Utf8(Encode(Compute(algorithm, bytes, salt, (int)rounds))), Digests.Utf8(expected)));
    }

    // The steps of the specification, whose names the comments use.
    private static byte[] Compute(HashAlgorithmName algorithm, byte[] password, byte[] salt, int rounds)
    {
        // Digest A, of the password, the salt, digest B, and for each bit of the password's length either of the two.
        var b = Digests.Of(algorithm, [.. password, .. salt, .. password]);
        List<byte> a = [.. password, .. salt, .. Repeated(b, password.Length)];
        for (var bits = password.Length; bits > 0; bits >>= 1)
            a.AddRange((bits & 1) == 1 ? b : password);
        var digest = Digests.Of(algorithm, a.ToArray());

        // Sequence P, of the password's length, and sequence S, of the salt's.
        var p = Repeated(Digests.Of(algorithm, Repeated(password, password.Length * password.Length)), password.Length);
        var s = Repeated(Digests.Of(algorithm, Repeated(salt, salt.Length * (16 + digest[0]))), salt.Length);

        var input = new byte[(2 * p.Length) + s.Length + digest.Length];
        for (var round = 0; round < rounds; round++)
        {
            var isOdd = (round & 1) == 1;
            var length = Append(input, 0, isOdd ? p : digest);
            if (round % 3 != 0)
                length = Append(input, length, s);
            if (round % 7 != 0)
                length = Append(input, length, p);
            length = Append(input, length, isOdd ? digest : p);
            CryptographicOperations.HashData(algorithm, input.AsSpan(0, length), digest);
        }

        return digest;
    }

    private static int Append(byte[] input, int length, byte[] part)
    {
        part.CopyTo(input, length);
        return length + part.Length;
    }

    private static byte[] Repeated(byte[] bytes, int length)
    {
        var repeated = new byte[length];
        for (var i = 0; i < length; i++)
            repeated[i] = bytes[i % bytes.Length];
        return repeated;
    }

    // Groups of three bytes, a third of the digest apart, whose order turns from group to group; then what is left over.
    private static string Encode(byte[] digest)
    {
        var third = digest.Length / 3;
        var isLong = digest.Length == SHA512.HashSizeInBytes;
        var (x, y, z) = (0, third, 2 * third);
        List<byte> ordered = [];
        for (var group = 0; group < third; group++)
        {
            ordered.AddRange([digest[z], digest[y], digest[x]]);
            (x, y, z) = isLong ? (y + 1, z + 1, x + 1) : (z + 1, x + 1, y + 1);
        }

        ordered.AddRange(isLong ? [digest[63]] : [digest[30], digest[31]]);
        return CryptBase64.Encode(ordered.ToArray());
    }

    [GeneratedRegex(@"^(?:\{(?i:crypt)\})?\$([56])\$(?:rounds=([0-9]{1,10})\$)?([^$:\n]{0,16})\$([./0-9A-Za-z]{43,86})\z")]
    private static partial Regex Form();
}
