using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A login acts in another organization from now on: one of the user's own, or one below.</summary>
internal sealed class ActIn(ActingCheck acting, LoginSessionStore store, AuditTrail audit)
{
    /// <returns>The session as it is now; null when there is no such organization, or it is out of reach: nobody can tell which.</returns>
    public async Task<StoredLoginSession?> SwitchAsync(StoredLoginSession session, string organizationId, RequestContext context, CancellationToken cancellationToken)
    {
        if (await acting.FindRefusalAsync(session.UserId, session.EffectiveUserId, organizationId, cancellationToken) is { } refusal)
        {
            await audit.WriteAsync(context, AuditTypes.Refused, session.UserId, session.Id, refusal, "the session may not act in the organization that was named");
            return null;
        }

        // Last, because it changes state.
        if (!await store.TryActAsync(session, session.EffectiveUserId, organizationId, cancellationToken))
            return null;
        await audit.WriteAsync(context, AuditTypes.OrganizationChosen, session.EffectiveUserId, session.Id, detail: $"acts in organization {organizationId}");
        return await store.FindAsync(session.Id, cancellationToken);
    }
}
