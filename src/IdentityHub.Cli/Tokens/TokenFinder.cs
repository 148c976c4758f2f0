using System.Text.Json;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.SigningKeys;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Tokens;

/// <summary>Finds what the database knows of a token, by its hash or, of a JWT, by its signature and its claims.</summary>
internal sealed class TokenFinder(HubDatabase database, CommandSettings settings, DateTimeOffset now)
{
    private const string Opaque = "opaque";
    private const string Jwt = "jwt";
    private const int PrefixLength = 4;

    // What has the form of a token and is none.
    private static readonly Dictionary<char, string> OtherKinds = new()
    {
        [(char)OpaqueTokenType.AuthorizationCode] = "an authorization code",
        [(char)OpaqueTokenType.Session] = "a login session id",
        [(char)OpaqueTokenType.ApiKey] = "an API key",
        [(char)OpaqueTokenType.DeviceCode] = "a device code",
        [(char)OpaqueTokenType.BrowserSession] = "the cookie of a browser session",
        [(char)OpaqueTokenType.PushedRequest] = "the reference of a pushed request",
        [(char)OpaqueTokenType.PasswordReset] = "the token of a password reset",
    };

    /// <summary>The token.</summary>
    /// <exception cref="CommandException">It is none of this installation; says why, and nothing of the token.</exception>
    public async Task<FoundToken> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.AccessToken))
            return await FindReferenceAsync(TokenHash.Of(token), cancellationToken);
        if (OpaqueToken.IsWellFormed(token, OpaqueTokenType.RefreshToken))
            return await FindRefreshTokenAsync(TokenHash.Of(token), cancellationToken);
        if (token.StartsWith("ih", StringComparison.Ordinal) && token.Length > PrefixLength && token[PrefixLength - 1] == '_')
            throw new CommandException(
                OtherKinds.TryGetValue(token[2], out var other) ? $"This is {other}, and no token."
                : "This begins as a token of this program does, and its checksum is wrong: it was mistyped or cut.");
        return Protocol.Jose.Jwt.TryParse(token, out var jwt, out var fault)
            ? await FindJwtAsync(jwt, cancellationToken)
            : throw new CommandException($"This is no token of this installation. {fault}");
    }

    private async Task<FoundToken> FindReferenceAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var stored = await new AccessTokenStore(database).FindAsync(hash, cancellationToken)
            ?? throw new CommandException("No such access token was issued, or it expired some time ago and was removed.");
        return new FoundToken(await DescribeAsync(stored, Opaque, cancellationToken), hash, Claims: null);
    }

    private async Task<FoundToken> FindRefreshTokenAsync(byte[] hash, CancellationToken cancellationToken)
    {
        // Which client asks decides nothing here.
        var stored = await new RefreshTokenStore(database).FindAsync(hash, clientId: "", now, cancellationToken)
            ?? throw new CommandException("No such refresh token was issued, or it expired some time ago and was removed.");
        var client = await ClientAsync(stored.ClientId, cancellationToken);
        var reason = (stored.OutlivesLogout && !client.OutlivesLogout ? stored with { OutlivesLogout = false } : stored).Refusal(now)
            ?? (stored.UsedAt is null ? client.Refusal : Reasons.RefreshTokenReused);
        var shown = new InspectedToken("refresh_token", Opaque, reason is null, reason)
        {
            ClientId = stored.ClientId,
            UserId = stored.UserId,
            UserName = stored.UserName,
            SessionId = stored.SessionId,
            FamilyId = stored.FamilyId,
            Scopes = Split(stored.Scopes),
            ExpiresAt = stored.ExpiresAt < stored.FamilyExpiresAt ? stored.ExpiresAt : stored.FamilyExpiresAt,
            UsedAt = stored.UsedAt,
            RevokedAt = stored.RevokedAt,
        };
        return new FoundToken(await AddEndsAsync(shown, cancellationToken), hash, Claims: null);
    }

    private async Task<FoundToken> FindJwtAsync(Jwt jwt, CancellationToken cancellationToken)
    {
        var key = await KeyOfAsync(jwt, cancellationToken);
        var issuer = jwt.GetString("iss") ?? "";
        if (settings.Find("IdentityHub:Issuer") is { } own && own != issuer)
            throw new CommandException("The token was issued under another address: its 'iss' is not IdentityHub__Issuer.");
        var shown = string.Equals(jwt.Type, JwtTypes.AccessToken, StringComparison.OrdinalIgnoreCase)
            ? await DescribeAccessTokenAsync(jwt, issuer, cancellationToken)
            : (DescribeStatement(jwt), null);
        return new FoundToken(
            shown.Item1 with { Issuer = issuer, TokenId = jwt.GetString("jti"), KeyId = key.Kid, Algorithm = jwt.Algorithm }, Hash: null,
            shown.Item2);
    }

    private async Task<(InspectedToken, AccessToken?)> DescribeAccessTokenAsync(
        Jwt jwt, string issuer, CancellationToken cancellationToken)
    {
        var claims = JwtAccessToken.Read(jwt, issuer)
            ?? throw new CommandException("The token lacks a claim that every access token has: jti, client_id, iat or exp.");
        var stored = await new AccessTokenStore(database).FindForJwtAsync(claims, cancellationToken);
        return (await DescribeAsync(stored, Jwt, cancellationToken), claims);
    }

    // A statement about a login: nothing accepts it as a right, and nothing revokes it.
    private InspectedToken DescribeStatement(Jwt jwt)
    {
        var kind = string.Equals(jwt.Type, JwtTypes.IdToken, StringComparison.OrdinalIgnoreCase) ? "id_token"
            : string.Equals(jwt.Type, JwtTypes.LogoutToken, StringComparison.OrdinalIgnoreCase) ? "logout_token"
            : jwt.Type ?? "jwt";
        return new InspectedToken(kind, Jwt, jwt.IsAfter("exp", now), Reason: null)
        {
            ClientId = jwt.GetAudiences() is [var client] ? client : null,
            UserId = Guid.TryParse(jwt.GetString("sub"), out var user) ? user : null,
            SessionId = Guid.TryParse(jwt.GetString("sid"), out var session) ? session : null,
            IssuedAt = jwt.GetTime("iat"),
            ExpiresAt = jwt.GetTime("exp"),
        };
    }

    private async Task<JsonWebKey> KeyOfAsync(Jwt jwt, CancellationToken cancellationToken)
    {
        var store = new SigningKeyStore(database);
        var ring = await store.ListPublishedAsync(now, cancellationToken);
        if (ring.FirstOrDefault(key => key.KeyId == jwt.KeyId) is { } own)
        {
            using var protector = settings.FindKey() ?? throw new CommandException(
                "A JWT is checked with the signing key, which is wrapped with the key-protection key; name its file: --key-file FILE");
            using var signer = JwtSigner.Import(
                own.Algorithm, protector.Unwrap(SigningKey.WrapPurposeOf(own.KeyId), own.WrappedPrivateKey));
            return jwt.IsSignedBy(signer.PublicKey)
                ? signer.PublicKey
                : throw new CommandException("The signature is wrong: the token was changed, or forged.");
        }

        var imported = await store.ListImportedAsync(now, cancellationToken);
        var isForeign = imported.Any(key =>
            key.KeyId == jwt.KeyId && JsonWebKey.TryParse(JsonElement.Parse(key.PublicKey), out var known, out _) && jwt.IsSignedBy(known));
        throw new CommandException(
            isForeign ? "The token is of the system whose key was imported. The hub accepts it nowhere; resource servers may."
            : "No published key of this installation has signed the token: it is another issuer's, or its key has left the key set.");
    }

    private async Task<InspectedToken> DescribeAsync(StoredAccessToken stored, string form, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(stored.ClientId, cancellationToken);
        var reason = (stored.OutlivesLogout && !client.OutlivesLogout ? stored with { OutlivesLogout = false } : stored).Refusal(now)
            ?? client.Refusal;
        var shown = new InspectedToken("access_token", form, reason is null, reason)
        {
            ClientId = stored.ClientId,
            UserId = stored.UserId,
            UserName = stored.UserName,
            ActingUserId = stored.ActingUserId,
            SessionId = stored.SessionId,
            FamilyId = stored.FamilyId,
            Scopes = Split(stored.Scopes),
            Audiences = Split(stored.Audiences),
            IssuedAt = stored.IssuedAt,
            ExpiresAt = stored.ExpiresAt,
            RevokedAt = stored.RevokedAt ?? stored.FamilyRevokedAt,
        };
        return await AddEndsAsync(shown, cancellationToken);
    }

    private async Task<InspectedToken> AddEndsAsync(InspectedToken token, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var family = await context.RefreshTokenFamilies.AsNoTracking()
            .Where(row => row.Id == token.FamilyId).Select(row => row.RevokeReason).SingleOrDefaultAsync(cancellationToken);
        var session = await context.Sessions.AsNoTracking()
            .Where(row => row.Id == token.SessionId)
            .Select(row => new { row.EndedAt, row.EndReason }).SingleOrDefaultAsync(cancellationToken);
        return token with { RevokeReason = family, SessionEndedAt = session?.EndedAt, SessionEndReason = session?.EndReason };
    }

    private async Task<(string? Refusal, bool OutlivesLogout)> ClientAsync(string clientId, CancellationToken cancellationToken)
    {
        if (BuiltInClients.All.Contains(clientId))
            return (null, false);
        return (await new AppliedClients(database).FindAsync(clientId, cancellationToken))?.Definition switch
        {
            null => (Reasons.ClientUnknown, false),
            var client => (
                client.Enabled ? null : Reasons.ClientDisabled,
                !client.RevokeOfflineAccessAtLogout && client.Scope.Contains(StandardScopes.OfflineAccess)),
        };
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
