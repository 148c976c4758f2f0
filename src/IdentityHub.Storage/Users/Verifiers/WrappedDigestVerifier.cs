using System.Security.Cryptography;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// A bare digest of the password (SHA-512, SHA-256, SHA-1 or MD5, hexadecimal), which is as good as the password itself and as quickly
/// guessed: only the hub's own slow hash of it is stored, as <c>wrapped$sha256$</c> and that hash. contracts/lsid-sessions.md.
/// </summary>
internal sealed class WrappedDigestVerifier(IdentityVerifier own) : IPasswordVerifier
{
    private const string Prefix = "wrapped$";

    /// <summary>What the stored form begins with.</summary>
    /// <param name="kind">One of <see cref="ClientSentHash.Kinds"/>.</param>
    public static string Mark(string kind) => $"{Prefix}{kind}$";

    public StoredHash? Read(string stored) => Parse(stored) is not { } parsed ? null
        : own.Read(parsed.Inner) is { Fault: null } inner ? StoredHash.Of(password => inner.Matches(Digest(parsed.Algorithm, password)))
        : StoredHash.Refused("has no hash of the hub's own inside");

    /// <summary>True when its slow hash costs what one that is made now does.</summary>
    public bool IsCurrent(string stored) => Parse(stored) is { } parsed && own.IsCurrent(parsed.Inner);

    /// <summary>What is stored of a bare digest.</summary>
    /// <param name="digest">Hexadecimal, in any case.</param>
    public string Wrap(BareDigest algorithm, string digest) => $"{Prefix}{NameOf(algorithm)}${own.Hash(digest.ToLowerInvariant())}";

    private static (BareDigest Algorithm, string Inner)? Parse(string stored)
    {
        if (!stored.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        foreach (var algorithm in Enum.GetValues<BareDigest>())
        {
            if (stored.AsSpan(Prefix.Length).StartsWith($"{NameOf(algorithm)}$"))
                return (algorithm, stored[(Prefix.Length + NameOf(algorithm).Length + 1)..]);
        }

        return null;
    }

    private static string NameOf(BareDigest algorithm) => algorithm.ToString().ToLowerInvariant();

    private static string Digest(BareDigest algorithm, string password) =>
        Convert.ToHexStringLower(Digests.Of(NameOfDigest(algorithm), Digests.Utf8(password)));

    private static HashAlgorithmName NameOfDigest(BareDigest algorithm) => algorithm switch
    {
        BareDigest.Sha512 => HashAlgorithmName.SHA512,
        BareDigest.Sha256 => HashAlgorithmName.SHA256,
        BareDigest.Sha1 => HashAlgorithmName.SHA1,
        _ => HashAlgorithmName.MD5,
    };
}
