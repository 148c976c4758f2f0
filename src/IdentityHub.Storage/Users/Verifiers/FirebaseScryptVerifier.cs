using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// Firebase's scrypt: the first 32 bytes of scrypt(password, salt + separator) are a key of AES-256-CTR, and the exported hash is the
/// project's signer key encrypted with it. What is stored is the key stream alone, <c>$firebase-scrypt$ln=LOG2N,r=R$SALT$STREAM</c> in
/// base64: it is equal exactly when the encrypted signer keys are, and so the signer key need not be kept. <see cref="FirebaseHash"/> makes
/// it.
/// </summary>
internal sealed partial class FirebaseScryptVerifier : IPasswordVerifier
{
    private const int KeyLength = 32;
    private const int BlockLength = 16;

    public StoredHash? Read(string stored)
    {
        if (Form().Match(stored) is not { Success: true } form)
            return null;
        var (logN, r) = (Number(form.Groups[1]), Number(form.Groups[2]));
        if (logN > ScryptVerifier.MaxLogN)
            return StoredHash.Refused($"has ln={logN} of scrypt; at most {ScryptVerifier.MaxLogN} is checked");
        if (ScryptVerifier.FaultOf(1L << logN, r, p: 1) is { } fault)
            return StoredHash.Refused(fault);
        if (!Digests.TryDecode(form.Groups[3].Value, out var salt)
            || !Digests.TryDecode(form.Groups[4].Value, out var stream)
            || !Digests.AreUsable(salt, stream))
            return StoredHash.Refused("has a salt or a key stream that is not Firebase's");
        return StoredHash.Of(password =>
            CryptographicOperations.FixedTimeEquals(
                StreamOf(ScryptVerifier.Derive(password, salt, 1 << logN, r, 1, KeyLength), stream.Length), stream));
    }

    /// <summary>The form that is stored.</summary>
    public static string Write(int logN, int r, byte[] salt, byte[] stream) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$firebase-scrypt$ln={logN},r={r}${Convert.ToBase64String(salt)}${Convert.ToBase64String(stream)}");

    // NIST SP 800-38A §6.5: the encrypted counter blocks, from a counter of zero.
    private static byte[] StreamOf(byte[] key, int length)
    {
        var counters = new byte[(length + BlockLength - 1) / BlockLength * BlockLength];
        for (var block = 0; block < counters.Length / BlockLength; block++)
            counters[(block * BlockLength) + BlockLength - 1] = (byte)block;
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptEcb(counters, PaddingMode.None)[..length];
    }

    private static int Number(Group group) => int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\$firebase-scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,4})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)\z")]
    private static partial Regex Form();
}
