using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>What the call says of the values of a file.</summary>
/// <param name="BareDigest">What a hash that is nothing but hexadecimal digits is; null: it is refused.</param>
/// <param name="Firebase">Parameters of the Firebase project; null: hashes with a salt of their own are refused.</param>
/// <param name="PhoneRegion">Of national phone numbers; null: they are refused.</param>
internal sealed record ImportOptions(BareDigest? BareDigest, FirebaseParameters? Firebase, string? PhoneRegion);

/// <summary>A password hash of a record, found to be one that can be checked.</summary>
/// <param name="Text">What is stored; null for a bare digest.</param>
/// <param name="Bare">A bare digest, hexadecimal: a slow hash of it is stored.</param>
internal sealed record ImportedHash(string? Text, (BareDigest Algorithm, string Digest)? Bare)
{
    private const int FirebaseLength = 64;

    // What directories write before the base64 of a digest without a salt. RFC 2307 §5.3.
    private static readonly Dictionary<string, BareDigest> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["{SHA}"] = BareDigest.Sha1,
        ["{SHA256}"] = BareDigest.Sha256,
        ["{SHA512}"] = BareDigest.Sha512,
        ["{MD5}"] = BareDigest.Md5,
    };

    /// <summary>Reads the columns.</summary>
    /// <param name="salt">Of a hash that does not hold its salt.</param>
    /// <returns>The hash (null for a user without one), or what is wrong, in sentences.</returns>
    public static (ImportedHash? Hash, string? Fault) Read(string? hash, string? salt, ImportOptions options)
    {
        if (hash is null)
            return (null, null);
        if (salt is not null)
            return ReadFirebase(hash, salt, options.Firebase);
        if (hash.StartsWith('{') && hash.AsSpan(1).TrimStart().StartsWith("\""))
        {
            var (text, fault) = KeycloakCredential.Read(hash);
            return text is null ? (null, $"The password hash {fault}.") : Checked(text);
        }

        if (BareOf(hash, options.BareDigest) is { } bare)
            return (new ImportedHash(null, bare), null);
        var (readable, refusal) = Checked(hash);
        return readable is null ? (null, $"{refusal}{Hint(hash)}") : (readable, null);
    }

    /// <summary>What is stored.</summary>
    public string ToStored(UserPasswordHasher hasher) => Bare is { } bare ? hasher.Wrap(bare.Algorithm, bare.Digest) : Text!;

    public override string ToString() => nameof(ImportedHash);

    private static (ImportedHash? Hash, string? Fault) Checked(string hash) =>
        UserPasswordHasher.FaultOf(hash) is { } fault ? (null, $"The password hash {fault}.") : (new ImportedHash(hash, null), null);

    private static (ImportedHash? Hash, string? Fault) ReadFirebase(string hash, string salt, FirebaseParameters? parameters)
    {
        if (parameters is null)
            return (null, "A hash of Firebase needs the parameters of its project: name a file that holds them, --firebase FILE.");
        return FirebaseHash.ToStored(hash, salt, parameters) is { } stored
            ? Checked(stored)
            : (null, "The password hash or its salt is not Firebase's: both must be base64, and the hash as long as the signer key.");
    }

    // "sha256:…", "{SHA}…" and so on, or the digits alone where the call says what they are.
    private static (BareDigest, string)? BareOf(string hash, BareDigest? named)
    {
        foreach (var (scheme, algorithm) in Schemes)
        {
            if (hash.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return DigestOf(hash[scheme.Length..], algorithm);
        }

        foreach (var algorithm in Enum.GetValues<BareDigest>())
        {
            var prefix = $"{algorithm.ToString().ToLowerInvariant()}:";
            if (hash.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return DigestOf(hash[prefix.Length..], algorithm);
        }

        return named is { } said && IsHex(hash, said) ? (said, hash) : null;
    }

    private static (BareDigest, string)? DigestOf(string text, BareDigest algorithm)
    {
        if (IsHex(text, algorithm))
            return (algorithm, text);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == LengthOf(algorithm)
            ? (algorithm, Convert.ToHexStringLower(bytes.AsSpan(0, length)))
            : null;
    }

    private static string Hint(string hash)
    {
        foreach (var algorithm in Enum.GetValues<BareDigest>())
        {
            if (IsHex(hash, algorithm))
                return $" {hash.Length} hexadecimal digits look like {NameOf(algorithm)}: if they are, say --bare-hash "
                    + $"{algorithm.ToString().ToLowerInvariant()}.";
        }

        var bytes = new byte[hash.Length];
        return Convert.TryFromBase64String(hash, bytes, out var length) && length == FirebaseLength
            ? $" It looks like one of Firebase: that needs the column '{ImportColumns.PasswordSalt}' and --firebase FILE."
            : "";
    }

    private static bool IsHex(string text, BareDigest algorithm) =>
        text.Length == 2 * LengthOf(algorithm) && text.All(char.IsAsciiHexDigit);

    private static string NameOf(BareDigest algorithm) =>
        algorithm == BareDigest.Md5 ? "MD5" : algorithm.ToString().ToUpperInvariant().Replace("SHA", "SHA-", StringComparison.Ordinal);

    private static int LengthOf(BareDigest algorithm) => algorithm switch
    {
        BareDigest.Sha512 => 64,
        BareDigest.Sha256 => 32,
        BareDigest.Sha1 => 20,
        _ => 16,
    };
}
