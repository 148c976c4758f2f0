using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>Starts the login session of a login that the policy has let through.</summary>
internal sealed class LsidStart(LsidRules rules, SessionStore sessions, LoginSessionStore store, AuditTrail audit)
{
    /// <returns>The refusal when the user's credentials were changed while they were being checked.</returns>
    public async Task<Outcome<LsidSession>> StartAsync(AdmittedLogin login, RequestContext context, CancellationToken cancellationToken)
    {
        var (session, lsid) = rules.New(login, context);
        if (!await sessions.TryStartAsync(session, login.SecurityStamp, family: null, token: null, cancellationToken)
            || await store.FindAsync(session.Id, cancellationToken) is not { } started)
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged, "the user's credentials were changed while they were being checked");
        await audit.WriteAsync(context, AuditTypes.SessionStarted, login.UserId, session.Id);
        return new LsidSession(started, lsid);
    }
}
