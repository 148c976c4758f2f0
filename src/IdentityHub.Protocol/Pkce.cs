using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Protocol;

/// <summary>
/// Proof Key for Code Exchange, RFC 7636, with the one method that proves anything: S256. <c>plain</c> is refused (RFC 9700 §2.1.1).
/// </summary>
public static class Pkce
{
    /// <summary>The only value of <c>code_challenge_method</c>.</summary>
    public const string Method = "S256";

    private const int ChallengeLength = 43;
    private const int MinVerifierLength = 43;
    private const int MaxVerifierLength = 128;

    // RFC 3986 §2.3, "unreserved".
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>True for what SHA-256 in base64url can look like: 43 characters. RFC 7636 §4.2.</summary>
    public static bool IsChallenge(string challenge) =>
        challenge.Length == ChallengeLength
        && !challenge.AsSpan().ContainsAnyExcept(Unreserved)
        && !challenge.AsSpan().ContainsAny('.', '~');

    /// <summary>
    /// True when <paramref name="verifier"/> is well-formed (RFC 7636 §4.1) and hashes to <paramref name="challenge"/>; compared in fixed
    /// time.
    /// </summary>
    public static bool Verify(string verifier, string challenge)
    {
        if (verifier.Length is < MinVerifierLength or > MaxVerifierLength || verifier.AsSpan().ContainsAnyExcept(Unreserved))
            return false;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(verifier), hash);
        Span<byte> encoded = stackalloc byte[ChallengeLength];
        Base64Url.EncodeToUtf8(hash, encoded);
        return CryptographicOperations.FixedTimeEquals(encoded, Encoding.ASCII.GetBytes(challenge));
    }
}
