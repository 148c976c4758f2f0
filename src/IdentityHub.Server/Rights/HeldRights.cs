using System.Collections.Frozen;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Rights;

/// <summary>
/// What a caller may do where: a user by their roles, or an integrated system by its API key. Rights in an organization reach down the
/// tree. A role in a disabled organization gives none.
/// </summary>
internal sealed class HeldRights
{
    private static readonly FrozenSet<string> None = FrozenSet<string>.Empty;

    private readonly FrozenSet<string> _everywhere;
    private readonly FrozenSet<string> _installationRoles;
    private readonly IReadOnlyList<HeldRight> _held;
    private readonly IReadOnlyList<HeldRight> _dormant;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _organizations;
    private readonly string? _home;
    private readonly bool _isKey;

    private HeldRights(
        FrozenSet<string> everywhere, FrozenSet<string> installationRoles, IReadOnlyList<HeldRight> held, IReadOnlyList<HeldRight> dormant,
        IReadOnlyDictionary<string, IReadOnlyList<string>> organizations, string? home, bool isKey) =>
        (_everywhere, _installationRoles, _held, _dormant, _organizations, _home, _isKey) = (
            everywhere, installationRoles, held, dormant, organizations, home, isKey);

    /// <summary>Those of a user.</summary>
    public static HeldRights Of(StoredRights stored) =>
        new(
            stored.InstallationRoles.Contains(BuiltInRoles.Admin) ? Permissions.All.ToFrozenSet(StringComparer.Ordinal) : None,
            stored.InstallationRoles.ToFrozenSet(StringComparer.Ordinal), stored.Held, stored.Dormant, stored.Organizations,
            stored.HomeOrganizationId, isKey: false);

    /// <summary>Those of an API key.</summary>
    /// <param name="organizationId">Null: everywhere.</param>
    public static HeldRights OfKey(string? organizationId, IReadOnlyList<string> permissions) => new(
        organizationId is null ? permissions.ToFrozenSet(StringComparer.Ordinal) : None, None,
        organizationId is null ? [] : [.. permissions.Select(permission => new HeldRight(organizationId, permission))],
        dormant: [], FrozenDictionary<string, IReadOnlyList<string>>.Empty, home: null, isKey: true);

    /// <summary>Those of an administrator of the installation: of a client whose file gives it the scopes for it.</summary>
    public static HeldRights OfInstallation { get; } = new(
        Permissions.All.ToFrozenSet(StringComparer.Ordinal), BuiltInRoles.All.ToFrozenSet(StringComparer.Ordinal), [], [],
        FrozenDictionary<string, IReadOnlyList<string>>.Empty, home: null, isKey: false);

    /// <summary>
    /// The same without the roles of the installation: what is allowed stays allowed, but not over those who have such a role, and no such
    /// role is given.
    /// </summary>
    public HeldRights WithoutInstallationRoles() => new(_everywhere, None, _held, _dormant, _organizations, _home, _isKey);

    /// <summary>True for an administrator of the installation.</summary>
    public bool IsAdministrator => _installationRoles.Contains(BuiltInRoles.Admin);

    /// <summary>True when the permission is held in the installation as a whole.</summary>
    public bool HasEverywhere(string permission) => _everywhere.Contains(permission);

    /// <summary>True when the permission is held in any place.</summary>
    public bool HasAnywhere(string permission) => _everywhere.Contains(permission) || _held.Any(held => held.Permission == permission);

    /// <summary>True where the permission is held in an organization or in one above it.</summary>
    /// <param name="path">The organization and those above it.</param>
    public bool Has(string permission, IReadOnlyList<string> path) =>
        _everywhere.Contains(permission)
        || _held.Any(held => held.Permission == permission && path.Contains(held.OrganizationId, StringComparer.Ordinal));

    /// <summary>
    /// True when the permission reaches a user: it is held everywhere, or in one of the user's organizations or above one.
    /// </summary>
    public bool Reaches(string permission, HeldRights user) =>
        _everywhere.Contains(permission) || user._organizations.Values.Any(path => Has(permission, path));

    /// <summary>
    /// True when the permission reaches the organization that the user's account belongs to: it is held everywhere, or there or above.
    /// </summary>
    public bool ReachesHome(string permission, HeldRights user) =>
        _everywhere.Contains(permission)
        || (user._home is { } home && user._organizations.TryGetValue(home, out var path) && Has(permission, path));

    /// <summary>The organizations of a user that the permission reaches.</summary>
    public IEnumerable<string> Reached(string permission, HeldRights user) =>
        user
            ._organizations.Where(organization => Has(permission, organization.Value))
            .Select(organization => organization.Key)
            .Order(StringComparer.Ordinal);

    /// <summary>
    /// True when these rights allow everything that the other rights allow: in each organization of the other, and in the installation.
    /// </summary>
    public bool IsSupersetOf(HeldRights other)
    {
        if (_installationRoles.Contains(BuiltInRoles.Admin))
            return true;
        return other._installationRoles.IsSubsetOf(_installationRoles)
            && other._everywhere.IsSubsetOf(_everywhere)
            && other.AllOrganizationRights.All(right => Has(right.Permission, other.PathOf(right)));
    }

    /// <summary>
    /// True when the holder of these rights may use a permission on a user with the other rights. A user must be able to do everything that
    /// the other may. An API key stands for a system, which holds one or two permissions for its work: it must reach every place in which
    /// the other may do anything, and it never reaches an administrator of the installation.
    /// </summary>
    public bool MayRule(string permission, HeldRights other) => _isKey
        ? !other._installationRoles.Contains(BuiltInRoles.Admin)
            && other.AllOrganizationRights.All(right => Has(permission, other.PathOf(right)))
        : IsSupersetOf(other);

    /// <summary>
    /// True when the permission reaches every organization in which a user is, whatever their roles there allow: applications read the
    /// roles as well.
    /// </summary>
    public bool ReachesAll(string permission, HeldRights user) =>
        _everywhere.Contains(permission) || user._organizations.Values.All(path => Has(permission, path));

    /// <summary>True when one of the user's own organizations is this one or one above it.</summary>
    /// <param name="path">The organization and those above it.</param>
    public bool BelongTo(IReadOnlyList<string> path) => path.Any(_organizations.ContainsKey);

    // Those of disabled organizations too: they count when a caller wants to use a permission on this user, and are valid again when the
    // organization is enabled.
    private IEnumerable<HeldRight> AllOrganizationRights => _held.Concat(_dormant);

    private IReadOnlyList<string> PathOf(HeldRight right) =>
        _organizations.GetValueOrDefault(right.OrganizationId) ?? [right.OrganizationId];
}
