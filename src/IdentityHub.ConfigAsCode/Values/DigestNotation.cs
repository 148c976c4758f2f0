using System.Security.Cryptography;

namespace IdentityHub.ConfigAsCode;

/// <summary>How a digest is written: <c>sha256:BASE64</c> or <c>sha512:BASE64</c>. Both prefixes have the same length.</summary>
public static class DigestNotation
{
    internal const string Sha256 = "sha256:";
    internal const string Sha512 = "sha512:";

    /// <summary>How a file writes the digest.</summary>
    /// <param name="digest">SHA-256 or SHA-512: 32 or 64 bytes.</param>
    public static string Of(byte[] digest) =>
        (digest.Length == SHA512.HashSizeInBytes ? Sha512 : Sha256) + Convert.ToBase64String(digest);

    /// <summary>True for a digest in place of a secret.</summary>
    internal static bool IsDigest(string text) =>
        text.StartsWith(Sha256, StringComparison.Ordinal) || text.StartsWith(Sha512, StringComparison.Ordinal);
}
