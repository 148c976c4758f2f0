using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>What directories store in <c>userPassword</c>: <c>{SSHA}</c> and the base64 of SHA-1(password + salt) with the salt behind it. The scheme is in any case, RFC 2307 §5.3.</summary>
internal sealed class LdapVerifier : IPasswordVerifier
{
    private const string Scheme = "{SSHA}";
    private const int MaxSaltLength = 64;

    public bool CanRead(string stored) => Parse(stored) is not null;

    public bool Verify(string stored, string password)
    {
        var bytes = Parse(stored) ?? throw new ArgumentException("Not a {SSHA} hash.", nameof(stored));
        var (digest, salt) = (bytes[..SHA1.HashSizeInBytes], bytes[SHA1.HashSizeInBytes..]);

        // Not our choice: it is what the directory has. It is replaced at the first login.
#pragma warning disable CA5350
        var computed = SHA1.HashData([.. Encoding.UTF8.GetBytes(password), .. salt]);
#pragma warning restore CA5350
        return CryptographicOperations.FixedTimeEquals(computed, digest);
    }

    private static byte[]? Parse(string stored)
    {
        if (!stored.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[stored.Length];
        return Convert.TryFromBase64String(stored[Scheme.Length..], bytes, out var length) && length is > SHA1.HashSizeInBytes and <= SHA1.HashSizeInBytes + MaxSaltLength
            ? bytes[..length]
            : null;
    }
}
