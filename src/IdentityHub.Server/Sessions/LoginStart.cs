using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Sessions;

/// <summary>Starts the session of a login, with its refresh family where the client gets one.</summary>
internal sealed class LoginStart(SessionStore sessions, AuditTrail audit)
{
    /// <summary>How long a login without a refresh token lasts.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(12);

    /// <param name="methods"><c>amr</c> values (RFC 8176) separated by one space.</param>
    /// <param name="withRefreshToken">True when the client gets a refresh token.</param>
    /// <returns>The refusal when the user's password was changed while it was being checked.</returns>
    public async Task<Outcome<StartedLogin>> StartAsync(
        StoredCredential user, Client client, IReadOnlyList<string> scopes, string methods, bool withRefreshToken, RequestContext context, CancellationToken cancellationToken)
    {
        var now = context.Now;
        var policy = client.RefreshToken;
        var lifetime = withRefreshToken ? policy.AbsoluteLifetime : client.LoginLifetime ?? DefaultLifetime;
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.UserId,
            EffectiveUserId = user.UserId,
            EffectiveOrganizationId = user.OrganizationId,
            Endpoint = context.Endpoint,
            ClientId = client.Id,
            AuthenticatedAt = now,
            AuthenticationMethods = methods,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + lifetime,
            IpAddress = context.IpAddress,
            UserAgent = context.UserAgent,
        };

        RefreshTokenFamily? family = null;
        RefreshToken? token = null;
        string? refreshToken = null;
        if (withRefreshToken)
        {
            refreshToken = OpaqueToken.Create(OpaqueTokenType.RefreshToken);
            family = new RefreshTokenFamily
            {
                Id = Guid.CreateVersion7(now),
                SessionId = session.Id,
                UserId = user.UserId,
                ClientId = client.Id,
                Scopes = ScopeSet.Format(scopes),
                AuthenticatedAt = now,
                CreatedAt = now,
                ExpiresAt = session.ExpiresAt,
            };
            token = new RefreshToken
            {
                TokenHash = TokenHash.Of(refreshToken),
                FamilyId = family.Id,
                IssuedAt = now,
                ExpiresAt = now + (policy.IdleLifetime < lifetime ? policy.IdleLifetime : lifetime),
            };
        }

        if (!await sessions.TryStartAsync(session, user.SecurityStamp, family, token, cancellationToken))
            return OAuthError.InvalidCredentials("credential_changed", "the user's credentials were changed while they were being checked");
        await audit.WriteAsync(context, AuditTypes.SessionStarted, user.UserId, session.Id);
        return new StartedLogin(session.Id, family?.Id, refreshToken);
    }
}

/// <summary>A login that has begun.</summary>
internal sealed record StartedLogin(Guid SessionId, Guid? FamilyId, string? RefreshToken)
{
    public override string ToString() => $"{nameof(StartedLogin)} {{ SessionId = {SessionId} }}";
}
