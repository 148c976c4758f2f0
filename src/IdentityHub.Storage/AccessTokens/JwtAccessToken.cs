using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.AccessTokens;

/// <summary>What an access token that is a JWT says about itself.</summary>
public static class JwtAccessToken
{
    /// <summary>
    /// The token as a row would hold it, under the hash of its <c>jti</c>; null where a claim is missing that every access token has.
    /// </summary>
    /// <param name="jwt">A token whose signature and type were checked.</param>
    /// <param name="issuer">Left out of the audiences.</param>
    public static AccessToken? Read(Jwt jwt, string issuer)
    {
        if (jwt.GetString("jti") is not { } id || jwt.GetString("client_id") is not { } clientId
            || jwt.GetTime("iat") is not { } issuedAt || jwt.GetTime("exp") is not { } expiresAt)
            return null;

        var session = GuidOf(jwt, "sid");
        return new AccessToken
        {
            TokenHash = SHA256.HashData(Encoding.UTF8.GetBytes("jti:" + id)),
            ClientId = clientId,
            UserId = session is null ? null : GuidOf(jwt, "sub"),
            SessionId = session,
            FamilyId = GuidOf(jwt, JwtTypes.GrantIdClaim),
            Scopes = jwt.GetString("scope") ?? "",
            Audiences = ScopeSet.Format(jwt.GetAudiences().Where(audience => audience != issuer)),
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
        };
    }

    private static Guid? GuidOf(Jwt jwt, string claim) => Guid.TryParse(jwt.GetString(claim), out var id) ? id : null;
}
