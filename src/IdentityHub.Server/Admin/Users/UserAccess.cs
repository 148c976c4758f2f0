using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Rights;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// What a caller may do with a user. They see a user who belongs to an organization in which they hold the permission, or to one below.
/// They change a user whose home that reaches and who may do no more than they. ASSURANCE S2.
/// </summary>
internal sealed class UserAccess(RightsStore rights, HubDatabase database)
{
    /// <summary>The refusal of a look at a user; null when the caller may. The same work whether or not there is such a user.</summary>
    public async Task<Refusal?> RefusalOfLookAsync(AdminCall call, string permission, Guid userId)
    {
        if (await FindAsync(call, userId) is not { } stored)
            return AdminProblems.NotFound();
        return call.Caller.Rights.Reaches(permission, HeldRights.Of(stored)) ? null : AdminProblems.NotFound(Reasons.ObjectOutOfReach);
    }

    /// <summary>The refusal of a change of a user; null when the caller may.</summary>
    public async Task<Refusal?> RefusalOfChangeAsync(AdminCall call, string permission, Guid userId)
    {
        if (await FindAsync(call, userId) is not { } stored)
            return AdminProblems.NotFound();
        var (mine, theirs) = (call.Caller.Rights, HeldRights.Of(stored));
        if (!mine.Reaches(permission, theirs))
            return AdminProblems.NotFound(Reasons.ObjectOutOfReach);
        return mine.ReachesHome(permission, theirs) && mine.MayRule(permission, theirs) ? null : Exceeded;
    }

    /// <summary>
    /// The refusal of a role that is given or taken; null when the caller may: the permission reaches the place, and the user is one whom
    /// the caller sees and who may do no more than they.
    /// </summary>
    /// <param name="organizationId">Where the role is held; null for the installation.</param>
    /// <param name="permissions">What the role allows.</param>
    public async Task<Refusal?> RefusalOfRoleAsync(
        AdminCall call, Guid userId, string? organizationId, IReadOnlyList<string> permissions)
    {
        if (await FindAsync(call, userId) is not { } stored)
            return AdminProblems.NotFound();
        var (mine, theirs) = (call.Caller.Rights, HeldRights.Of(stored));
        if (!mine.Reaches(Permissions.RoleGrant, theirs))
            return AdminProblems.NotFound(Reasons.ObjectOutOfReach);
        return mine.MayRule(Permissions.RoleGrant, theirs)
            && MayGive(call, organizationId, await PathOfAsync(call, organizationId), permissions)
                ? null
                : Exceeded;
    }

    /// <summary>An organization that is not disabled and those above it, itself first; empty for none.</summary>
    public async Task<IReadOnlyList<string>> PathOfAsync(AdminCall call, string? organizationId) =>
        organizationId is null ? [] : await rights.FindPathAsync(organizationId, call.Cancelled);

    /// <summary>True when the caller may give a role there: they may give roles in that place, and hold all that the role allows.</summary>
    /// <param name="organizationId">Null for the installation.</param>
    /// <param name="path">Of the organization.</param>
    public static bool MayGive(AdminCall call, string? organizationId, IReadOnlyList<string> path, IReadOnlyList<string> permissions) =>
        call.Caller.Rights is var mine
        && (organizationId is null || mine.IsAdministrator
            ? mine.IsAdministrator
            : mine.Has(Permissions.RoleGrant, path) && permissions.All(permission => mine.Has(permission, path)));

    /// <summary>
    /// True when the permission reaches an organization that is not disabled, or, for none, the installation.
    /// </summary>
    public async Task<bool> ReachesAsync(AdminCall call, string permission, string? organizationId) => organizationId is null
        ? call.Caller.Rights.HasEverywhere(permission)
        : await PathOfAsync(call, organizationId) is { Count: > 0 } path && call.Caller.May(permission, path);

    // An erased user has no rights, and is not to be seen.
    private async Task<StoredRights?> FindAsync(AdminCall call, Guid userId)
    {
        var stored = await rights.FindAsync(userId, call.Cancelled);
        return await AdministeredUser.FindAsync(database.Call, userId, call.Cancelled) is null ? null : stored;
    }

    /// <summary>Refuses administrators who would do to themselves what they may do to others; null for others.</summary>
    public static Refusal? RefusalOfSelf(AdminCall call, Guid userId) => call.Caller.UserId == userId
        ? Refusal.Of(
            RefusalKind.Conflict,
            "Administrators cannot disable, block or erase themselves, or take their own roles away. Let another one do it.",
            Reasons.SelfDemotion)
        : null;

    /// <summary>More rights than the caller has are at stake.</summary>
    public static Refusal Exceeded { get; } = Refusal.Of(
        RefusalKind.Forbidden, "You may not change users who may do more than you, or give more than you have.", Reasons.RightsExceeded);
}
