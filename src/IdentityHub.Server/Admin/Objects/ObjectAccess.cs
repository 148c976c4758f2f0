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
    public ObjectRights Rights => new(MaySee, FaultOf)
    {
        SeesAll = area.ReadPermission is null || caller.Rights.IsAdministrator,
    };

    /// <summary>True for an object that the caller sees.</summary>
    public bool MaySee(ConfigDefinition definition, OrganizationPaths paths) =>
        May(area.ReadPermission, OrganizationOf(definition), paths) || May(area.WritePermission, OrganizationOf(definition), paths);

    /// <summary>True where every object of the kind is seen.</summary>
    public bool SeesAll => area.ReadPermission is not { } permission || caller.Rights.HasEverywhere(permission);

    private ObjectFault? FaultOf(ConfigDefinition? before, ConfigDefinition? after, OrganizationPaths paths)
    {
        if (before is not null && !May(area.WritePermission, OrganizationOf(before), paths))
            return new("", $"needs the permission {area.WritePermission} in the organization", IsForbidden: true);
        return PlaceFault(before, after, paths) ?? DomainFault(before, after) ?? (before, after) switch
        {
            (OrganizationDefinition was, OrganizationDefinition made) => OrganizationFault(was, made, paths),
            (ClientDefinition or null, ClientDefinition or null) => ScopeFault([.. ScopesOf(before), .. ScopesOf(after)]),
            (ApiKeyDefinition or null, ApiKeyDefinition or null) =>
                KeyFault((ApiKeyDefinition?)before, paths) ?? KeyFault((ApiKeyDefinition?)after, paths)
                    ?? SystemFault((ApiKeyDefinition?)after, paths),
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

    // Addresses of these domains count as proven where the directory of the organization says so: it makes accounts with them.
    private ObjectFault? DomainFault(ConfigDefinition? before, ConfigDefinition? after) =>
        after is OrganizationDefinition made && !caller.Rights.IsAdministrator
        && made.EmailDomains.Except((before as OrganizationDefinition)?.EmailDomains ?? [], StringComparer.OrdinalIgnoreCase).Any()
            ? new("/email_domains", "is given by administrators of the installation only", IsForbidden: true)
            : null;

    // A move gives all who hold anything at the new place the same below, and takes it from those at the old place. What an organization
    // has to bear from above, its own administrators do not lift.
    private ObjectFault? OrganizationFault(OrganizationDefinition was, OrganizationDefinition made, OrganizationPaths paths)
    {
        if (was.Parent != made.Parent && !caller.Rights.IsAdministrator)
            return new("/parent", "is changed by administrators of the installation only", IsForbidden: true);
        return Lifted(was, made) is { } pointer && !May(area.WritePermission, was.Parent, paths)
            ? new(pointer, $"is changed so by those only who hold the permission {area.WritePermission} above the organization", true)
            : null;
    }

    // Disabling is among them: in a disabled organization no one has a right to enable it again.
    private static string? Lifted(OrganizationDefinition was, OrganizationDefinition made) =>
        was.Enabled && !made.Enabled ? "/enabled"
        : was.RequireMfa && !made.RequireMfa ? "/require_mfa"
        : was.RequireMfa && (made.MfaGraceUntil ?? DateTimeOffset.MinValue) > (was.MfaGraceUntil ?? DateTimeOffset.MinValue)
            ? "/mfa_grace_until"
        : made.RememberBrowser && !was.RememberBrowser ? "/remember_browser"
        : null;

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

    // A user needs every right of the one whom they block; a key needs that one permission only, and outlives its maker's rights. So who
    // makes it may do everything in its place. And a token makes no key for what it may not do itself.
    private ObjectFault? SystemFault(ApiKeyDefinition? key, OrganizationPaths paths)
    {
        foreach (var (index, permission) in key?.Permissions.Index() ?? [])
        {
            if (!AdministrationScopes.Cover(caller.Scopes, ScopeOf(permission)))
                return new(
                    $"/permissions/{index}", $"'{permission}' needs an access token with the scope {ScopeOf(permission)}",
                    IsForbidden: true);
            if (IsOverUsers(permission) && !Permissions.All.All(one => May(one, key!.Organization, paths)))
                return new(
                    $"/permissions/{index}", $"'{permission}' is for keys of those who hold every permission there", IsForbidden: true);
        }

        return null;
    }

    private static bool IsOverUsers(string permission) =>
        permission.StartsWith("user.", StringComparison.Ordinal) || permission.StartsWith("session.", StringComparison.Ordinal);

    private static string ScopeOf(string permission)
    {
        var area = permission.Split('.')[0] is "audit" ? "audit" : permission.Split('.')[0] + "s";
        return permission.EndsWith(".read", StringComparison.Ordinal)
            ? AdministrationScopes.ReadOf(area)
            : AdministrationScopes.WriteOf(area);
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
