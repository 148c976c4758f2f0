using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// Derives the successor of a refresh token from the token itself, under a key of this installation. So the same successor can be
/// returned again inside the grace window although only its hash is stored. Reading the database, or having held an old token,
/// is not enough to compute it.
/// </summary>
internal sealed class RefreshTokenSecret(KeyProtector protector)
{
    private readonly byte[] _key = protector.DeriveKey("refresh-token-successor");

    /// <summary>The one successor of <paramref name="token"/>: HMAC-SHA256 as the body of a refresh token.</summary>
    public string SuccessorOf(string token)
    {
        Span<byte> body = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(token), body);
        return OpaqueToken.Format(OpaqueTokenType.RefreshToken, body);
    }
}
