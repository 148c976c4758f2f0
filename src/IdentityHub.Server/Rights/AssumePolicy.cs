using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Rights;

/// <summary>What the policy says of an attempt to act as a user.</summary>
/// <param name="Reason">The stable code of the rule that refused; null when it is allowed.</param>
/// <param name="OrganizationId">Where the session acts from then on; null for none.</param>
internal readonly record struct AssumeVerdict(string? Reason, string? OrganizationId);

/// <summary>
/// Which user may assume which other user. Only the rights of the user who has logged in decide, so that there are no chains.
/// <list type="number">
/// <item>The user who logged in: always; the session is the user's own again, in their own organization.</item>
/// <item>A target that is not admitted (disabled, blocked, its organization disabled): never.</item>
/// <item>The permission <c>session.assume</c> is held in an organization that the target belongs to, or above one, or in the
/// installation.</item>
/// <item>A target that may do more than the user who has logged in, anywhere: never.</item>
/// </list>
/// The session then acts in the target's home if the permission reaches it, else in the organization that both share. ASSURANCE S2.
/// </summary>
internal static class AssumePolicy
{
    /// <summary>Decides.</summary>
    /// <param name="actor">The user who has logged in, not the user that the session acts as at the moment.</param>
    public static AssumeVerdict Decide(StoredRights actor, StoredRights target, DateTimeOffset now)
    {
        if (actor.UserId == target.UserId)
            return new(null, actor.HomeOrganizationId);
        if (target.Status.GetDenialReason(now) is { } refusal)
            return new(refusal, null);

        var (mine, theirs) = (HeldRights.Of(actor), HeldRights.Of(target));
        if (!mine.Reaches(Permissions.SessionAssume, theirs))
            return new(Reasons.AssumeOutOfReach, null);
        if (!mine.IsSupersetOf(theirs))
            return new(Reasons.AssumeMoreRights, null);

        return new(
            null,
            mine.ReachesHome(Permissions.SessionAssume, theirs)
                ? target.HomeOrganizationId
                : mine.Reached(Permissions.SessionAssume, theirs).First());
    }

    /// <summary>
    /// The reason why a session may not act in an organization; null when it may: the effective user's own, and those below.
    /// </summary>
    /// <param name="actor">
    /// The user who has logged in. Acting as another user, they reach only what their permission to do so reaches.
    /// </param>
    /// <param name="path">The organization and those above it, itself first; empty where there is none, or it is disabled.</param>
    public static string? RefusalIn(IReadOnlyList<string> path, StoredRights actor, StoredRights effective)
    {
        if (path.Count == 0)
            return Reasons.OrganizationUnknown;
        if (!HeldRights.Of(effective).BelongTo(path))
            return Reasons.OrganizationForeign;
        return actor.UserId != effective.UserId && !HeldRights.Of(actor).Has(Permissions.SessionAssume, path)
            ? Reasons.OrganizationOutOfReach
            : null;
    }
}
