using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Users;

/// <summary>A role that a user holds, as it is answered.</summary>
/// <param name="Id">The role, and <c>@</c> and the organization where it is held in one.</param>
/// <param name="Organization">Null for a role of the installation.</param>
internal sealed record RoleView(string Id, string Role, string? Organization, IReadOnlyList<string> Permissions)
{
    public static RoleView Of(UserRole role) => new(IdOf(role.Name, role.OrganizationId), role.Name, role.OrganizationId, role.Permissions);

    /// <summary>Names a role in a place.</summary>
    public static string IdOf(string role, string? organization) => organization is null ? role : $"{role}@{organization}";
}

/// <summary>
/// Gives roles to users and takes them away. No one gives what they do not hold, touches a user who may do more than they, takes their own
/// roles away, or leaves the installation without an administrator. ASSURANCE S2.
/// </summary>
internal sealed class UserRoles(UserWrites writes, UserAccess access, UserRoleStore roles)
{
    /// <summary>
    /// The roles of a user in the organizations in which the caller sees users, by place and name; those of the installation for who sees
    /// users everywhere.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<RoleView>>> ListAsync(AdminCall call, Guid userId)
    {
        var seen = await access.LookAsync(call, Permissions.UserRead, userId);
        if (!seen.Succeeded)
            return seen.Error;
        var mine = call.Caller.Rights;
        var places = mine.Reached(Permissions.UserRead, seen.Value).ToHashSet(StringComparer.Ordinal);
        return Outcome.Of<IReadOnlyList<RoleView>>(
        [
            .. (await roles.ListAsync(userId, call.Cancelled))
                .Where(role => role.OrganizationId is { } place ? places.Contains(place) : mine.HasEverywhere(Permissions.UserRead))
                .Select(RoleView.Of),
        ]);
    }

    /// <summary>One of them.</summary>
    public async Task<Outcome<RoleView>> FindAsync(AdminCall call, Guid userId, string id)
    {
        var held = await ListAsync(call, userId);
        if (!held.Succeeded)
            return held.Error;
        return held.Value.FirstOrDefault(role => role.Id == id) is { } found ? found : AdminProblems.NotFound();
    }

    /// <summary>Gives a role.</summary>
    /// <param name="organization">Null for a built-in role, which is held in the installation.</param>
    public async Task<Outcome<AdminAnswer>> GiveAsync(AdminCall call, Guid userId, string role, string? organization)
    {
        if (await roles.FindRoleAsync(role, call.Cancelled) is not { } known || BuiltInRoles.All.Contains(role) != (organization is null))
            return AdminProblems.Field(
                "role", organization is null ? "is no role of the installation: name an organization" : "is no role of an organization");
        return await writes.ChangeRoleAsync(call, userId, organization, known.Permissions, async (change, _) =>
        {
            if (organization is not null && await UserAccess.PathOfAsync(change.Transaction.Call, call, organization) is [])
                return AdminProblems.Field("organization", "does not exist, or is disabled");
            var view = new RoleView(RoleView.IdOf(role, organization), role, organization, known.Permissions);
            if (await UserRoleStore.TryGiveAsync(change.Transaction, userId, known.Id, organization, call.Cancelled))
                await change.AuditAsync(AdminAuditTypes.RoleGiven, $"users/{userId}/roles/{view.Id}", userId, before: null, view);
            return AdminAnswer.Created(view, $"/users/{userId}/roles/{Uri.EscapeDataString(view.Id)}");
        });
    }

    /// <summary>Takes a role away.</summary>
    /// <param name="id">As <see cref="RoleView.Id"/> names it.</param>
    public async Task<Outcome<AdminAnswer>> TakeAsync(AdminCall call, Guid userId, string id)
    {
        var found = await FindAsync(call, userId, id);
        if (!found.Succeeded)
            return found.Error;
        var role = found.Value;
        return await writes.ChangeRoleAsync(call, userId, role.Organization, role.Permissions, async (change, user) =>
        {
            if (!call.Condition.Admits(AdminJson.TagOf(role)))
                return AdminProblems.Stale;
            if (UserAccess.RefusalOfSelf(call, userId) is { } self)
                return self;
            if (role is { Organization: null, Role: BuiltInRoles.Admin }
                && await Storage.Users.LastAdministrator.IsAsync(change.Transaction, userId, BuiltInRoles.Admin, call.Now, call.Cancelled))
                return UserChanging.LastOne;
            if (!await UserRoleStore.TryTakeAsync(change.Transaction, userId, role.Role, role.Organization, call.Cancelled))
                return AdminProblems.NotFound();
            await change.AuditAsync(AdminAuditTypes.RoleTaken, $"users/{userId}/roles/{role.Id}", userId, role, after: null);
            return AdminAnswer.None;
        });
    }
}
