using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Rights;

/// <summary>
/// Checks again whether a user may act as another user or in an organization: rights change while sessions and tokens live. ASSURANCE S2.
/// </summary>
internal sealed class ActingCheck(RightsStore rights)
{
    /// <summary>True when a user may still act as another user, or as themselves, in an organization.</summary>
    /// <param name="userId">The user who has logged in.</param>
    /// <param name="organizationId">Null for none.</param>
    public async Task<bool> IsGoodAsync(
        Guid userId, Guid effectiveUserId, string? organizationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = await rights.FindAsync(userId, cancellationToken);
        var effective = userId == effectiveUserId ? actor : await rights.FindAsync(effectiveUserId, cancellationToken);
        if (actor is null || effective is null || AssumePolicy.Decide(actor, effective, now).Reason is not null)
            return false;
        return organizationId is null
            || AssumePolicy.RefusalIn(await rights.FindPathAsync(organizationId, cancellationToken), actor, effective) is null;
    }

    /// <summary>The stable reason why a user, who may act as another, may not act in an organization; null when they may.</summary>
    public async Task<string?> FindRefusalAsync(
        Guid userId, Guid effectiveUserId, string organizationId, CancellationToken cancellationToken)
    {
        var path = await rights.FindPathAsync(organizationId, cancellationToken);
        var effective = await rights.FindAsync(effectiveUserId, cancellationToken);
        var actor = userId == effectiveUserId ? effective : await rights.FindAsync(userId, cancellationToken);
        return actor is null || effective is null ? Reasons.UserUnknown : AssumePolicy.RefusalIn(path, actor, effective);
    }
}
