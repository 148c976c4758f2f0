using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>
/// What a caller may see and do of the configuration. No caller gives more than they have: neither rights to a key, nor scopes
/// of the administration API to a client.
/// </summary>
internal sealed class ObjectAccess(ObjectArea area, AdminCaller caller)
{
    /// <summary>The rights for a change.</summary>
    public ObjectRights Rights => new(MaySee, FaultOf);

    /// <summary>True for an object that the caller sees.</summary>
    public bool MaySee(ConfigDefinition definition, OrganizationPaths paths) =>
        May(area.ReadPermission, OrganizationOf(definition), paths) || May(area.WritePermission, OrganizationOf(definition), paths);

    /// <summary>True where every object of the kind is seen.</summary>
    public bool SeesAll => area.ReadPermission is not { } permission || caller.Rights.HasEverywhere(permission);

    private ObjectFault? FaultOf(ConfigDefinition? before, ConfigDefinition? after, OrganizationPaths paths)
    {
        if (before is not null && !May(area.WritePermission, OrganizationOf(before), paths))
            return new("", $"needs the permission {area.WritePermission} in the organization", IsForbidden: true);
        return PlaceFault(before, after, paths) ?? (before, after) switch
        {
            (ClientDefinition or null, ClientDefinition or null) => ScopeFault([.. ScopesOf(before), .. ScopesOf(after)]),
            (ApiKeyDefinition or null, ApiKeyDefinition or null) =>
                KeyFault((ApiKeyDefinition?)before, paths) ?? KeyFault((ApiKeyDefinition?)after, paths),
            _ => null,
        };
    }

    // Where the object is to be: one that does not exist and one that is out of reach look alike.
    private ObjectFault? PlaceFault(ConfigDefinition? before, ConfigDefinition? after, OrganizationPaths paths) => after switch
    {
        OrganizationDefinition made when (before is null || ((OrganizationDefinition)before).Parent != made.Parent)
            && !May(area.WritePermission, made.Parent, paths) => Unreachable("/parent"),
        ApiKeyDefinition made when !May(area.WritePermission, made.Organization, paths) => Unreachable("/organization"),
        _ => null,
    };

    private ObjectFault Unreachable(string pointer) =>
        new(pointer, $"must be an organization in which you hold the permission {area.WritePermission}");

    private ObjectFault? ScopeFault(IEnumerable<string> scopes) =>
        scopes.Where(AdministrationScopes.All.Contains).FirstOrDefault(scope => !AdministrationScopes.Cover(caller.Scopes, scope))
            is { } more
            ? new("/scope", $"holds '{more}', which allows more than your access token", IsForbidden: true)
            : null;

    private ObjectFault? KeyFault(ApiKeyDefinition? key, OrganizationPaths paths)
    {
        var more = key?.Permissions.Index().Where(one => !May(one.Item, key.Organization, paths)).ToList();
        return more is [var first, ..]
            ? new($"/permissions/{first.Index}", $"'{first.Item}' is a permission that you do not hold there", IsForbidden: true)
            : null;
    }

    private bool May(string? permission, string? organization, OrganizationPaths paths) => permission is null
        || (organization is null ? caller.Rights.HasEverywhere(permission) : caller.May(permission, paths.Of(organization)));

    private static IReadOnlyList<string> ScopesOf(ConfigDefinition? client) => (client as ClientDefinition)?.Scope ?? [];

    private static string? OrganizationOf(ConfigDefinition definition) => definition switch
    {
        OrganizationDefinition organization => organization.Id,
        ApiKeyDefinition key => key.Organization,
        _ => null,
    };
}
