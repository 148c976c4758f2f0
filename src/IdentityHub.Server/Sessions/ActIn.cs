using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>A login acts in another organization from now on: one of the user's own, or one below.</summary>
internal sealed class ActIn(RightsStore rights, LoginSessionStore store, AuditTrail audit)
{
    /// <returns>The session as it is now; null when there is no such organization, or it is out of reach: nobody can tell which.</returns>
    public async Task<StoredLoginSession?> SwitchAsync(StoredLoginSession session, string organizationId, RequestContext context, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(session.UserId, session.EffectiveUserId, organizationId, cancellationToken) is { } refusal)
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

    /// <summary>The stable reason why a user, as whom another may act, may not act in an organization; null when he may.</summary>
    public async Task<string?> FindRefusalAsync(Guid userId, Guid effectiveUserId, string organizationId, CancellationToken cancellationToken)
    {
        var path = await rights.FindPathAsync(organizationId, cancellationToken);
        var effective = await rights.FindAsync(effectiveUserId, cancellationToken);
        var actor = userId == effectiveUserId ? effective : await rights.FindAsync(userId, cancellationToken);
        return actor is null || effective is null ? "user_unknown" : AssumePolicy.RefusalIn(path, actor, effective);
    }
}
