using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Tokens;

/// <summary>What a client hands back as <c>id_token_hint</c>. OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2.</summary>
internal sealed record ReadIdToken(string ClientId, Guid UserId, Guid SessionId);

/// <summary>
/// Reads an <c>id_token</c> of this server, expired or not: as a hint it names the expected user and is never a proof of a login.
/// </summary>
internal sealed class IdTokenReader(KeyRing keys, IOptions<HubSettings> settings)
{
    /// <summary>Null for anything that this server has not signed as an <c>id_token</c>, or with a key that is published no more.</summary>
    public async ValueTask<ReadIdToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (!Jwt.TryParse(token, out var jwt, out _) || !string.Equals(jwt.Type, JwtTypes.IdToken, StringComparison.OrdinalIgnoreCase))
            return null;
        if (jwt.KeyId is not { } keyId
            || await keys.FindAsync(keyId, cancellationToken) is not { } key
            || !jwt.IsSignedBy(key)
            || jwt.GetString("iss") != settings.Value.Issuer)
            return null;
        return
            jwt.GetAudiences() is [var client]
            && Guid.TryParse(jwt.GetString("sub"), out var user)
            && Guid.TryParse(jwt.GetString("sid"), out var session)
            ? new ReadIdToken(client, user, session)
            : null;
    }
}
