using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A session acts as another user from now on. <see cref="AssumePolicy"/> decides; actor and subject are in the audit trail.</summary>
internal sealed class ActAs(RightsStore rights, LoginSessionStore store, AuditTrail audit)
{
    /// <returns>The session as it is now; null when there is no such user, or he is out of reach: nobody can tell which.</returns>
    public async Task<StoredLoginSession?> AssumeAsync(StoredLoginSession session, Guid userId, RequestContext context, CancellationToken cancellationToken)
    {
        var actor = await rights.FindAsync(session.UserId, cancellationToken);
        var target = await rights.FindAsync(userId, cancellationToken);
        var verdict = actor is null || target is null ? new AssumeVerdict("user_unknown", null) : AssumePolicy.Decide(actor, target, context.Now);
        if (verdict.Reason is { } refusal)
        {
            await audit.WriteAsync(context, AuditTypes.Refused, session.UserId, session.Id, refusal, $"user {session.UserId} may not act as user {userId}");
            return null;
        }

        // Last, because it changes state.
        if (!await store.TryActAsync(session, userId, verdict.OrganizationId, cancellationToken))
            return null;
        await audit.WriteAsync(
            context, userId == session.UserId ? AuditTypes.IdentityReset : AuditTypes.IdentityAssumed, userId, session.Id,
            detail: $"user {session.UserId} acts as user {userId}");
        return await store.FindAsync(session.Id, cancellationToken);
    }
}
