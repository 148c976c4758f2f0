using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>Starts the login session of a user whose password, or other proof, was checked.</summary>
internal sealed class LsidStart(LsidRules rules, SessionStore sessions, LoginSessionStore store, AuditTrail audit)
{
    /// <param name="methods"><c>amr</c> values (RFC 8176) separated by one space.</param>
    /// <returns>The refusal when the user's credentials were changed while they were being checked.</returns>
    public async Task<Outcome<LsidSession>> StartAsync(StoredCredential user, string methods, RequestContext context, CancellationToken cancellationToken)
    {
        var (session, lsid) = rules.New(user.UserId, user.UserId, user.OrganizationId, methods, context);
        if (!await sessions.TryStartAsync(session, user.SecurityStamp, family: null, token: null, cancellationToken)
            || await store.FindAsync(session.Id, cancellationToken) is not { } started)
            return OAuthError.InvalidCredentials("credential_changed", "the user's credentials were changed while they were being checked");
        await audit.WriteAsync(context, AuditTypes.SessionStarted, user.UserId, session.Id);
        return new LsidSession(started, lsid);
    }
}
