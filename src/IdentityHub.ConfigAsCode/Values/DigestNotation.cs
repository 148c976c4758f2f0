namespace IdentityHub.ConfigAsCode;

/// <summary>How a digest is written: <c>sha256:BASE64</c> or <c>sha512:BASE64</c>. Both prefixes have the same length.</summary>
internal static class DigestNotation
{
    public const string Sha256 = "sha256:";
    public const string Sha512 = "sha512:";

    /// <summary>True for a digest in place of a secret.</summary>
    public static bool IsDigest(string text) =>
        text.StartsWith(Sha256, StringComparison.Ordinal) || text.StartsWith(Sha512, StringComparison.Ordinal);
}
