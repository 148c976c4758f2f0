using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Server.Tokens;

/// <summary>A refresh family that is about to be stored, with its first token where the client gets one.</summary>
/// <param name="RefreshToken">The token itself, for the client; only its hash is stored.</param>
internal sealed record NewFamily(RefreshTokenFamily Family, RefreshToken? Token, string? RefreshToken)
{
    /// <summary>
    /// Begins the family of a grant. Everything issued on the grant ends with it, so there is one whether or not there is a refresh token.
    /// </summary>
    /// <param name="user">Whose login it is; <see cref="TokenUser.FamilyId"/> is the family's id.</param>
    /// <param name="methods"><c>amr</c> of that login, separated by one space.</param>
    /// <param name="end">No token of the family lives longer.</param>
    public static NewFamily Of(
        Client client, TokenUser user, string methods, IReadOnlyList<string> scopes, DateTimeOffset end, DateTimeOffset now)
    {
        var family = new RefreshTokenFamily
        {
            Id = user.FamilyId ?? throw new ArgumentException("The grant has no family.", nameof(user)),
            SessionId = user.SessionId,
            UserId = user.UserId,
            ClientId = client.Id,
            Scopes = ScopeSet.Format(scopes),
            AuthenticatedAt = user.AuthenticatedAt,
            AuthenticationMethods = methods,
            CreatedAt = now,
            ExpiresAt = end,
        };
        if (!client.GetsRefreshToken(scopes))
            return new NewFamily(family, null, null);

        var refreshToken = OpaqueToken.Create(OpaqueTokenType.RefreshToken);
        var idleEnd = now + client.RefreshToken.IdleLifetime;
        var token = new RefreshToken
        {
            TokenHash = TokenHash.Of(refreshToken),
            FamilyId = family.Id,
            IssuedAt = now,
            ExpiresAt = idleEnd < end ? idleEnd : end,
        };
        return new NewFamily(family, token, refreshToken);
    }

    public override string ToString() => $"{nameof(NewFamily)} {{ Id = {Family.Id} }}";
}
