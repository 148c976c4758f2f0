using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// A bare digest of the password (SHA-256, SHA-1 or MD5, hexadecimal), which is as good as the password itself and as quickly guessed: only the
/// hub's own slow hash of it is stored, as <c>wrapped$sha256$</c> and that hash. contracts/lsid-sessions.md.
/// </summary>
internal sealed class WrappedDigestVerifier(IdentityVerifier own) : IPasswordVerifier
{
    private const string Prefix = "wrapped$";

    /// <summary>What the stored form begins with.</summary>
    /// <param name="kind">One of <see cref="ClientSentHash.Kinds"/>.</param>
    public static string Mark(string kind) => $"{Prefix}{kind}$";

    public bool CanRead(string stored) => Parse(stored) is { } parsed && own.CanRead(parsed.Inner);

    public bool Verify(string stored, string password)
    {
        var (algorithm, inner) = Parse(stored) ?? throw new ArgumentException("Not a wrapped digest.", nameof(stored));
        return own.Verify(inner, Digest(algorithm, password));
    }

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

    // Not our choice: it is what the older system has. It is replaced at the first login.
#pragma warning disable CA5350, CA5351
    private static string Digest(BareDigest algorithm, string password)
    {
        var utf8 = Encoding.UTF8.GetBytes(password);
        return Convert.ToHexStringLower(algorithm switch
        {
            BareDigest.Sha256 => SHA256.HashData(utf8),
            BareDigest.Sha1 => SHA1.HashData(utf8),
            _ => MD5.HashData(utf8),
        });
    }
#pragma warning restore CA5350, CA5351
}
