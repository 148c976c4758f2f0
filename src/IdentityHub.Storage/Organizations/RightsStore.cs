using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Organizations;

/// <summary>A permission that a user has in an organization, and so in everything below it.</summary>
public sealed record HeldRight(string OrganizationId, string Permission);

/// <summary>What decides what others may do with a user, and what the user may do with others.</summary>
/// <param name="HomeOrganizationId">Null for a user of the installation itself.</param>
/// <param name="InstallationRoles">Names of roles that the user has in no organization, and so everywhere.</param>
/// <param name="Held">Permissions that the user has in organizations that are not disabled.</param>
/// <param name="Organizations">The home organization and every organization in which the user has a role, each with those above it: itself
/// first, the root last.</param>
public sealed record StoredRights(
    Guid UserId,
    string? HomeOrganizationId,
    AccountStatus Status,
    IReadOnlySet<string> InstallationRoles,
    IReadOnlyList<HeldRight> Held,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Organizations)
{
    /// <summary>
    /// Permissions in organizations that are disabled. The user cannot use them, but they come back when the organization is enabled:
    /// meanwhile, a caller with fewer permissions may not do anything to the user.
    /// </summary>
    public IReadOnlyList<HeldRight> Dormant { get; init; } = [];
}

/// <summary>Reads what users may do where.</summary>
public sealed class RightsStore(HubDatabase database)
{
    /// <summary>Deeper trees are not followed.</summary>
    public const int MaxDepth = 64;

    private const string FindUserSql =
        $"SELECT u.organization_id, {AccountStatus.Columns} FROM users u LEFT JOIN organizations o ON o.id = u.organization_id "
            + "WHERE u.id = $1";

    private const string FindRolesSql =
        """
        SELECT m.organization_id, r.name, r.permissions, CASE WHEN o.disabled_at IS NULL THEN 0 ELSE 1 END AS in_disabled
        FROM memberships m JOIN roles r ON r.id = m.role_id JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1
        UNION ALL
        SELECT NULL, r.name, r.permissions, 0 FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1
        """;

    private const string RoleNamesSql =
        """
        SELECT r.name FROM memberships m JOIN roles r ON r.id = m.role_id WHERE m.user_id = $1
        UNION
        SELECT r.name FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1
        """;

    private static readonly string FindOrganizationsSql =
        $"""
        WITH RECURSIVE up (start, id, depth) AS (
            SELECT o.id, o.id, 0 FROM organizations o
            WHERE o.id IN (SELECT organization_id FROM memberships WHERE user_id = $1 UNION SELECT organization_id FROM users WHERE id = $1)
            UNION ALL
            SELECT up.start, o.parent_id, up.depth + 1 FROM up JOIN organizations o ON o.id = up.id WHERE o.parent_id IS NOT NULL AND up.depth < {MaxDepth})
        SELECT start, id FROM up ORDER BY start, depth
        """;

    private static readonly string FindPathSql =
        $"""
        WITH RECURSIVE up (id, parent_id, disabled_at, depth) AS (
            SELECT id, parent_id, disabled_at, 0 FROM organizations WHERE id = $1
            UNION ALL
            SELECT o.id, o.parent_id, up.disabled_at, up.depth + 1 FROM up JOIN organizations o ON o.id = up.parent_id WHERE up.depth < {MaxDepth})
        SELECT id, disabled_at FROM up ORDER BY depth
        """;

    /// <summary>Names of the roles that a user has, in the installation and in whichever organization, a disabled one too.</summary>
    public Task<List<string>> RoleNamesAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(RoleNamesSql).With(userId).ListAsync(static row => row.Text(), cancellationToken);

    /// <summary>
    /// The rights of a user; null when there is no such user, at the cost of the same statements: a caller cannot tell a user out of reach
    /// from one who does not exist.
    /// </summary>
    public Task<StoredRights?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        FindAsync(database.Call, userId, cancellationToken);

    /// <summary>The same, also as a transaction sees it.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    /// <inheritdoc cref="FindAsync(Guid, CancellationToken)"/>
    public static async Task<StoredRights?> FindAsync(Func<string, SqlCall> call, Guid userId, CancellationToken cancellationToken)
    {
        var users = await call(FindUserSql)
            .With(userId)
            .ListAsync(static row => (Home: row.TextOrNull("organization_id"), Status: AccountStatus.Read(row)), cancellationToken);
        var roles = await call(FindRolesSql).With(userId).ListAsync(
            static row => new HeldRole(
                row.TextOrNull("organization_id"),
                row.Text("name"),
                row.Text("permissions").Split(' ', StringSplitOptions.RemoveEmptyEntries),
                row.Int("in_disabled") == 1),
            cancellationToken);
        var organizations = await call(FindOrganizationsSql)
            .With(userId)
            .ListAsync(static row => (Start: row.Text("start"), Id: row.Text("id")), cancellationToken);
        if (users is not [var user])
            return null;
        return new StoredRights(
            userId, user.Home, user.Status,
            roles.Where(role => role.Organization is null).Select(role => role.Name).ToHashSet(StringComparer.Ordinal),
            RightsOf(roles, inDisabled: false),
            organizations.GroupBy(pair => pair.Start, pair => pair.Id, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group], StringComparer.Ordinal))
        {
            Dormant = RightsOf(roles, inDisabled: true),
        };
    }

    /// <summary>An organization and those above it, itself first; empty when there is none, or it is disabled.</summary>
    public Task<IReadOnlyList<string>> FindPathAsync(string organizationId, CancellationToken cancellationToken) =>
        FindPathAsync(database.Call, organizationId, cancellationToken);

    /// <summary>The same, also as a transaction sees it.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    /// <inheritdoc cref="FindPathAsync(string, CancellationToken)"/>
    public static async Task<IReadOnlyList<string>> FindPathAsync(
        Func<string, SqlCall> call, string organizationId, CancellationToken cancellationToken)
    {
        var path = await call(FindPathSql)
            .With(organizationId)
            .ListAsync(static row => (Id: row.Text("id"), DisabledAt: row.TimeOrNull("disabled_at")), cancellationToken);
        return path is [{ DisabledAt: null }, ..] ? [.. path.Select(organization => organization.Id)] : [];
    }

    private static IReadOnlyList<HeldRight> RightsOf(List<HeldRole> roles, bool inDisabled) =>
    [
        .. roles.Where(role => role.Organization is not null && role.InDisabled == inDisabled)
            .SelectMany(role => role.Permissions, (role, permission) => new HeldRight(role.Organization!, permission)).Distinct(),
    ];

    private sealed record HeldRole(string? Organization, string Name, IReadOnlyList<string> Permissions, bool InDisabled);
}
