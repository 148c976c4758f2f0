using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Rights;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// What a caller may do with a user. They see a user who belongs to an organization in which they hold the permission, or to one below.
/// They change a user whose home that reaches and who may do no more than they. ASSURANCE S2.
/// </summary>
internal sealed class UserAccess(HubDatabase database)
{
    /// <summary>The refusal of a look at a user; null when the caller may. The same work whether or not there is such a user.</summary>
    public async Task<Refusal?> RefusalOfLookAsync(AdminCall call, string permission, Guid userId)
    {
        var seen = await LookAsync(call, permission, userId);
        return seen.Succeeded ? null : seen.Error;
    }

    /// <summary>The rights of a user whom the caller sees; else the refusal.</summary>
    public async Task<Outcome<HeldRights>> LookAsync(AdminCall call, string permission, Guid userId)
    {
        if (await FindAsync(database.Call, call, userId) is not { } stored)
            return AdminProblems.NotFound();
        return HeldRights.Of(stored) is var theirs && call.Caller.Rights.Reaches(permission, theirs)
            ? theirs
            : AdminProblems.NotFound(Reasons.ObjectOutOfReach);
    }

    /// <summary>
    /// The refusal of a look at what tells where a user is and how they log in: sessions, consents, factors, blocks. It is for those who
    /// may change the user, not for every organization that has them as a guest.
    /// </summary>
    public async Task<Refusal?> RefusalOfCloseLookAsync(AdminCall call, string permission, Guid userId)
    {
        var seen = await LookAsync(call, permission, userId);
        if (!seen.Succeeded)
            return seen.Error;
        var mine = call.Caller.Rights;
        return mine.ReachesHome(permission, seen.Value) && mine.MayRule(permission, seen.Value)
            ? null
            : AdminProblems.NotFound(Reasons.ObjectOutOfReach);
    }

    /// <summary>The refusal of a change of a user; null when the caller may.</summary>
    /// <param name="on">Of the database, or of the transaction that holds the row of the user.</param>
    public static async Task<Refusal?> RefusalOfChangeAsync(Func<string, SqlCall> on, AdminCall call, string permission, Guid userId)
    {
        if (await FindAsync(on, call, userId) is not { } stored)
            return AdminProblems.NotFound();
        var (mine, theirs) = (call.Caller.Rights, HeldRights.Of(stored));
        if (!mine.Reaches(permission, theirs))
            return AdminProblems.NotFound(Reasons.ObjectOutOfReach);
        return mine.ReachesHome(permission, theirs) && mine.MayRule(permission, theirs)
            && (!IsOfLogin(permission) || mine.ReachesAll(permission, theirs))
                ? null
                : Exceeded;
    }

    // Another address or another factor lets in, with everything that the user is elsewhere; an erasure takes it.
    private static bool IsOfLogin(string permission) => permission is Permissions.UserWrite or Permissions.UserErase;

    /// <summary>
    /// The refusal of a role that is given or taken; null when the caller may: the permission reaches the place, and the user is one whom
    /// the caller sees and who may do no more than they.
    /// </summary>
    /// <param name="on">Of the database, or of the transaction that holds the row of the user.</param>
    /// <param name="organizationId">Where the role is held; null for the installation.</param>
    /// <param name="permissions">What the role allows.</param>
    public static async Task<Refusal?> RefusalOfRoleAsync(
        Func<string, SqlCall> on, AdminCall call, Guid userId, string? organizationId, IReadOnlyList<string> permissions)
    {
        if (await FindAsync(on, call, userId) is not { } stored)
            return AdminProblems.NotFound();
        var (mine, theirs) = (call.Caller.Rights, HeldRights.Of(stored));
        if (!mine.Reaches(Permissions.RoleGrant, theirs))
            return AdminProblems.NotFound(Reasons.ObjectOutOfReach);
        return mine.MayRule(Permissions.RoleGrant, theirs)
            && MayGive(call, organizationId, await PathOfAsync(on, call, organizationId), permissions)
                ? null
                : Exceeded;
    }

    /// <summary>An organization that is not disabled and those above it, itself first; empty for none.</summary>
    /// <param name="on">Of the database, or of a transaction.</param>
    public static async Task<IReadOnlyList<string>> PathOfAsync(Func<string, SqlCall> on, AdminCall call, string? organizationId) =>
        organizationId is null ? [] : await RightsStore.FindPathAsync(on, organizationId, call.Cancelled);

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
    /// <param name="on">Of the database, or of a transaction.</param>
    public static async Task<bool> ReachesAsync(
        Func<string, SqlCall> on, AdminCall call, string permission, string? organizationId) => organizationId is null
        ? call.Caller.Rights.HasEverywhere(permission)
        : await PathOfAsync(on, call, organizationId) is { Count: > 0 } path && call.Caller.May(permission, path);

    // An erased user has no rights, and is not to be seen.
    private static async Task<StoredRights?> FindAsync(Func<string, SqlCall> on, AdminCall call, Guid userId)
    {
        var stored = await RightsStore.FindAsync(on, userId, call.Cancelled);
        return await AdministeredUser.FindAsync(on, userId, call.Cancelled) is null ? null : stored;
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
