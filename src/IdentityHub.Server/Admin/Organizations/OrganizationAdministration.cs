using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Organizations;

/// <summary>What administrators see of organizations: those in which they hold the permission, and all below.</summary>
internal sealed class OrganizationAdministration(OrganizationTree tree)
{
    private const int MostChildren = 1000;

    /// <summary>Organizations in the order of their ids.</summary>
    /// <param name="parentId">Only those right below; null for all.</param>
    /// <param name="search">Only those whose id or name begins so; null for all.</param>
    /// <param name="most">No more than these.</param>
    public Task<List<ListedOrganization>> ListAsync(AdminCall call, string? parentId, string? search, string after, int most) =>
        tree.ListAsync(ReachOf(call), parentId, after, most, search, call.Cancelled);

    /// <summary>One organization with its path and its children.</summary>
    public async Task<Outcome<OrganizationView>> FindAsync(AdminCall call, string id)
    {
        var path = await tree.FindPathAsync(id, call.Cancelled);
        var organization = await tree.FindAsync(id, call.Cancelled);
        if (organization is null || !call.Caller.May(Permissions.OrganizationRead, path))
            return AdminProblems.NotFound(organization is null ? Reasons.ObjectUnknown : Reasons.ObjectOutOfReach);
        var children = await tree.ListAsync(reach: null, id, after: "", MostChildren, search: null, call.Cancelled);
        return OrganizationView.Of(organization, path, [.. children.Select(child => child.Id)]);
    }

    /// <summary>Those whose home the organization is, and those who have a role in it.</summary>
    public async Task<Outcome<IReadOnlyList<OrganizationMember>>> ListMembersAsync(AdminCall call, string id, Guid after, int most)
    {
        var path = await tree.FindPathAsync(id, call.Cancelled);
        if (path.Count == 0 || !call.Caller.May(Permissions.OrganizationRead, path))
            return AdminProblems.NotFound(path.Count == 0 ? Reasons.ObjectUnknown : Reasons.ObjectOutOfReach);
        return Outcome.Of(await tree.ListMembersAsync(id, after, most, call.Cancelled));
    }

    /// <summary>Every role that there is.</summary>
    public Task<List<ListedRole>> ListRolesAsync(AdminCall call) => tree.ListRolesAsync(call.Cancelled);

    private static (Guid, string)? ReachOf(AdminCall call) =>
        call.Caller is { UserId: { } user, Rights: var rights } && !rights.HasEverywhere(Permissions.OrganizationRead)
            ? (user, Permissions.OrganizationRead)
            : null;
}
