using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LimitApp;

/// <summary>A fresh value of 256 random bits as base64url, in ASCII: what a token by reference or a refresh token is.</summary>
internal static class OpaqueValue
{
    public static byte[] Create()
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        return Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret));
    }
}
