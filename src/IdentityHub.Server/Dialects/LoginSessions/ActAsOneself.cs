using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A session acts as the user who has logged in again, in his home organization.</summary>
internal sealed class ActAsOneself(LoginSessionStore store, AuditTrail audit)
{
    /// <returns>The session as it is now; null when it has ended meanwhile.</returns>
    public async Task<StoredLoginSession?> ResetAsync(StoredLoginSession session, RequestContext context, CancellationToken cancellationToken)
    {
        if (!await store.TryActAsync(session, session.UserId, session.HomeOrganizationId, cancellationToken))
            return null;
        if (session.IsAssumed)
            await audit.WriteAsync(context, AuditTypes.IdentityReset, session.EffectiveUserId, session.Id, detail: $"user {session.UserId} acts as himself again");
        return await store.FindAsync(session.Id, cancellationToken);
    }
}
