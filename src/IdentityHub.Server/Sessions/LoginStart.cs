using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>Starts the session of a login at a client, with its refresh family where the client gets one.</summary>
internal sealed class LoginStart(SessionStore sessions, AuditTrail audit)
{
    /// <summary>How long a login without a refresh token lasts.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(12);

    /// <param name="withRefreshToken">True when the client gets a refresh token.</param>
    /// <returns>The refusal when the user's credentials were changed while they were being checked.</returns>
    public async Task<Outcome<StartedLogin>> StartAsync(
        AdmittedLogin login, Client client, IReadOnlyList<string> scopes, bool withRefreshToken, RequestContext context,
        CancellationToken cancellationToken)
    {
        var now = context.Now;
        var lifetime = withRefreshToken ? client.RefreshToken.AbsoluteLifetime : client.LoginLifetime ?? DefaultLifetime;
        var session = SessionFactory.ForClient(login, client.Id, now + lifetime, context);
        var familyId = withRefreshToken ? Identifiers.NewId(now) : default(Guid?);
        var user = new TokenUser(login.UserId, session.Id, familyId, login.OrganizationId, login.AuthenticatedAt)
        {
            ContextClass = AuthenticationContext.Of(login.Methods),
        };
        var family = withRefreshToken ? NewFamily.Of(client, user, login.Methods, scopes, session.ExpiresAt, now) : null;

        if (!await sessions.TryStartAsync(session, login.SecurityStamp, family?.Family, family?.Token, cancellationToken))
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged, "the user's credentials were changed while they were being checked");
        await audit.WriteAsync(context, AuditTypes.SessionStarted, login.UserId, session.Id);
        return new StartedLogin(user, family?.RefreshToken);
    }
}

/// <summary>A login that has begun.</summary>
/// <param name="User">Whose it is, for the tokens that are issued in it.</param>
internal sealed record StartedLogin(TokenUser User, string? RefreshToken)
{
    public override string ToString() => $"{nameof(StartedLogin)} {{ SessionId = {User.SessionId} }}";
}
