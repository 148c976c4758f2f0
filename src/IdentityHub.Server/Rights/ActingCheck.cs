using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Rights;

/// <summary>Judges again what was judged when somebody chose whom, or where, to act as: rights change while sessions and tokens live. ASSURANCE S2.</summary>
internal sealed class ActingCheck(RightsStore rights)
{
    /// <summary>True when a user may still act as another, or as himself, in an organization.</summary>
    /// <param name="userId">Who has logged in.</param>
    /// <param name="organizationId">Null for none.</param>
    public async Task<bool> IsGoodAsync(Guid userId, Guid effectiveUserId, string? organizationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = await rights.FindAsync(userId, cancellationToken);
        var effective = userId == effectiveUserId ? actor : await rights.FindAsync(effectiveUserId, cancellationToken);
        if (actor is null || effective is null || AssumePolicy.Decide(actor, effective, now).Reason is not null)
            return false;
        return organizationId is null || AssumePolicy.RefusalIn(await rights.FindPathAsync(organizationId, cancellationToken), actor, effective) is null;
    }
}
