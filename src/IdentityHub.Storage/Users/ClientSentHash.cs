using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Users;

/// <summary>
/// The hash of a password that some clients send in its place: lower-case hexadecimal, unsalted. The hash alone is enough to log in, so it
/// is treated as a password is, and never stored as it came. contracts/lsid-sessions.md.
/// </summary>
public static class ClientSentHash
{
    public const string Sha256 = "sha256";

    /// <summary>Only while an installation is moving.</summary>
    public const string Sha1 = "sha1";

    /// <inheritdoc cref="Sha1"/>
    public const string Md5 = "md5";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Sha256, Sha1, Md5];

    /// <summary>What a client would send for a password.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    [SuppressMessage("Security", "CA5350", Justification = "What older clients send; what is stored of it is hashed slowly and salted.")]
    [SuppressMessage("Security", "CA5351", Justification = "The same.")]
    public static string Of(string kind, string password)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return Convert.ToHexStringLower(kind switch
            {
                Sha256 => SHA256.HashData(bytes),
                Sha1 => SHA1.HashData(bytes),
                Md5 => MD5.HashData(bytes),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The one form under which it is compared; null for what is no such hash.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public static string? Normalize(string kind, string sent) =>
        sent.Length == LengthOf(kind) && sent.All(char.IsAsciiHexDigit) ? sent.ToLowerInvariant() : null;

    private static int LengthOf(string kind) => kind switch
    {
        Sha256 => 64,
        Sha1 => 40,
        Md5 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
