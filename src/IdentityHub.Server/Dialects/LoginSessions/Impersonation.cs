using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// Sets the user that a session acts as, and the organization. <see cref="AssumePolicy"/> decides. The audit trail names actor and subject.
/// </summary>
internal sealed class Impersonation(RightsStore rights, ActingCheck acting, LoginSessionStore store, AuditTrail audit)
{
    /// <summary>The session acts as another user from now on.</summary>
    /// <returns>
    /// The session as it is now. Null when the user does not exist or is out of reach; the caller cannot tell which.
    /// </returns>
    public async Task<StoredLoginSession?> StartAsync(
        StoredLoginSession session, Guid userId, RequestContext context, CancellationToken cancellationToken)
    {
        var actor = await rights.FindAsync(session.UserId, cancellationToken);
        var target = await rights.FindAsync(userId, cancellationToken);
        var verdict =
            actor is null || target is null
                ? new AssumeVerdict(Reasons.UserUnknown, null)
                : AssumePolicy.Decide(actor, target, context.Now);
        if (verdict.Reason is { } refusal)
        {
            var detail = $"user {session.UserId} may not act as user {userId}";
            await audit.WriteAsync(context, AuditTypes.Refused, session.UserId, session.Id, refusal, detail);
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

    /// <summary>The session acts in another organization from now on: one of the effective user's own, or one below.</summary>
    /// <returns>
    /// The session as it is now. Null when the organization does not exist or is out of reach; the caller cannot tell which.
    /// </returns>
    public async Task<StoredLoginSession?> SwitchOrganizationAsync(
        StoredLoginSession session, string organizationId, RequestContext context, CancellationToken cancellationToken)
    {
        if (await acting.FindRefusalAsync(session.UserId, session.EffectiveUserId, organizationId, cancellationToken) is { } refusal)
        {
            const string Detail = "the session may not act in the organization that was named";
            await audit.WriteAsync(context, AuditTypes.Refused, session.UserId, session.Id, refusal, Detail);
            return null;
        }

        // Last, because it changes state.
        if (!await store.TryActAsync(session, session.EffectiveUserId, organizationId, cancellationToken))
            return null;
        await audit.WriteAsync(
            context, AuditTypes.OrganizationChosen, session.EffectiveUserId, session.Id, detail: $"acts in organization {organizationId}");
        return await store.FindAsync(session.Id, cancellationToken);
    }

    /// <summary>The session acts as the user who has logged in again, in their home organization.</summary>
    /// <returns>The session as it is now; null when it has ended meanwhile.</returns>
    public async Task<StoredLoginSession?> StopAsync(
        StoredLoginSession session, RequestContext context, CancellationToken cancellationToken)
    {
        if (!await store.TryActAsync(session, session.UserId, session.HomeOrganizationId, cancellationToken))
            return null;
        if (session.IsAssumed)
        {
            var detail = $"user {session.UserId} no longer acts as another user";
            await audit.WriteAsync(context, AuditTypes.IdentityReset, session.EffectiveUserId, session.Id, detail: detail);
        }

        return await store.FindAsync(session.Id, cancellationToken);
    }
}
