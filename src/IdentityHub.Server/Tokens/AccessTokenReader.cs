using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.AccessTokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// Reads an access token of this server, JWT or opaque, with all that decides whether it is valid: one read by a key for a client's own
/// token, no statement at all when the form or the signature is wrong already.
/// </summary>
internal sealed class AccessTokenReader(
    KeyRing keys, AccessTokenStore store, AccessTokenValidation judgement, IOptions<HubSettings> settings)
{
    /// <summary>The token as the database and its own claims describe it, valid or not; null when this server never issued it.</summary>
    public async ValueTask<ReadAccessToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.AccessToken))
            return await store.FindAsync(TokenHash.Of(token), cancellationToken) is { } stored
                ? new ReadAccessToken(await judgement.ValidateAsync(stored, cancellationToken), null)
                : null;

        if (await VerifyAsync(token, cancellationToken) is not { } verified)
            return null;
        return new ReadAccessToken(
            await judgement.ValidateAsync(await store.FindForJwtAsync(verified.Claims, cancellationToken), cancellationToken),
            verified.Jwt);
    }

    /// <summary>What a JWT access token of this server says about itself; null for anything else. No statement, as a rule.</summary>
    public async ValueTask<(AccessToken Claims, Jwt Jwt)?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (!Jwt.TryParse(token, out var jwt, out _) || !string.Equals(jwt.Type, JwtTypes.AccessToken, StringComparison.OrdinalIgnoreCase))
            return null;

        // The kid picks one of our own keys, and the key knows its algorithm: nothing in the header is believed.
        if (jwt.KeyId is not { } keyId
            || await keys.FindAsync(keyId, cancellationToken) is not { } key
            || !jwt.IsSignedBy(key)
            || jwt.GetString("iss") != settings.Value.Issuer)
            return null;
        return JwtAccessToken.Read(jwt, settings.Value.Issuer) is { } claims ? (claims, jwt) : null;
    }
}

/// <summary>An access token that this server has issued.</summary>
/// <param name="Jwt">Its own claims; null for an opaque one.</param>
internal sealed record ReadAccessToken(StoredAccessToken Stored, Jwt? Jwt)
{
    /// <summary><c>acr</c> of the login that it comes from; null where it does not say.</summary>
    public string? ContextClass =>
        Jwt is not null ? Jwt.GetString("acr")
        : Stored.LoginMethods is { Length: > 0 } methods ? AuthenticationContext.Of(methods)
        : null;

    /// <summary><c>auth_time</c> of that login; null where it does not say.</summary>
    public DateTimeOffset? AuthenticatedAt => Jwt is not null ? Jwt.GetTime("auth_time") : Stored.LoginAt;

    /// <summary>The actor for the token's user; null when there is none.</summary>
    public TokenActor? Actor =>
        Jwt is not null ? Jwt.Payload.TryGetProperty("act", out var claim) ? TokenActor.Read(claim) : null
        : Stored.Actor is { } json ? TokenActor.Read(JsonElement.Parse(json))
        : null;
}
