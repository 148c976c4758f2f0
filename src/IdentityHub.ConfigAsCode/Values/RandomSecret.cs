using System.Buffers.Text;
using System.Security.Cryptography;

namespace IdentityHub.ConfigAsCode;

/// <summary>Secrets that are made for clients, APIs and tenants.</summary>
public static class RandomSecret
{
    /// <summary>A value that cannot be guessed: 32 random bytes in base64url.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
