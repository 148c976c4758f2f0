using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Organizations;

/// <summary>An organization as administrators see it.</summary>
/// <param name="File">The file of the configuration that defines it; null where none does.</param>
/// <param name="Line">Of that file.</param>
public sealed record ListedOrganization(string Id, string Name, string? ParentId, bool IsEnabled, string? File, int? Line);

/// <summary>Somebody whose home an organization is, or who has a role in it.</summary>
/// <param name="Roles">Held in this organization itself.</param>
public sealed record OrganizationMember(
    Guid UserId, string UserName, string? GivenName, string? FamilyName, bool IsHome, IReadOnlyList<string> Roles)
{
    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(OrganizationMember)} {{ {UserId} }}";
}

/// <summary>A role with what it allows.</summary>
public sealed record ListedRole(string Name, IReadOnlyList<string> Permissions);

/// <summary>Lists the tree of organizations, and who belongs to it.</summary>
public sealed class OrganizationTree(HubDatabase database)
{
    /// <summary>
    /// The organizations in which a user holds a permission, and all below them: the beginning of a statement.
    /// </summary>
    /// <param name="user">Number of the parameter with the id of the user.</param>
    /// <param name="pattern">Number of the parameter with <see cref="PatternOf"/> of the permission.</param>
    public static string Reach(int user, int pattern) =>
        $"""
        WITH RECURSIVE reach (id) AS (
            SELECT m.organization_id FROM memberships m JOIN roles r ON r.id = m.role_id JOIN organizations o ON o.id = m.organization_id
            WHERE m.user_id = ${user} AND o.disabled_at IS NULL AND ' ' || r.permissions || ' ' LIKE ${pattern}
            UNION
            SELECT o.id FROM organizations o JOIN reach ON o.parent_id = reach.id)

        """;

    private const string ColumnsSql =
        """
        SELECT o.id, o.name, o.parent_id, o.disabled_at, c.source_file, c.source_line
        FROM organizations o LEFT JOIN config_objects c ON c.kind = 'organizations' AND c.name = o.id AND c.source_file IS NOT NULL

        """;

    // Names are compared by UPPER() of the database, which leaves other letters than those of ASCII as they are in SQLite.
    private const string ListSql =
        ColumnsSql
            + """
            WHERE o.id > $1 AND (o.parent_id = $2 OR $2 IS NULL)
              AND (UPPER(o.id) LIKE $4 ESCAPE '\' OR UPPER(o.name) LIKE $4 ESCAPE '\' OR o.name LIKE $5 ESCAPE '\' OR $4 IS NULL)
            ORDER BY o.id LIMIT $3
            """;

    private static readonly string ListWithinSql =
        Reach(user: 1, pattern: 2) + ColumnsSql
            + """
            WHERE o.id IN (SELECT id FROM reach) AND o.id > $3 AND (o.parent_id = $4 OR $4 IS NULL)
              AND (UPPER(o.id) LIKE $6 ESCAPE '\' OR UPPER(o.name) LIKE $6 ESCAPE '\' OR o.name LIKE $7 ESCAPE '\' OR $6 IS NULL)
            ORDER BY o.id LIMIT $5
            """;

    private const string FindSql = ColumnsSql + "WHERE o.id = $1";

    private const string FindPathSql =
        """
        WITH RECURSIVE up (id, parent_id, depth) AS (
            SELECT id, parent_id, 0 FROM organizations WHERE id = $1
            UNION ALL
            SELECT o.id, o.parent_id, up.depth + 1 FROM up JOIN organizations o ON o.id = up.parent_id WHERE up.depth < 64)
        SELECT id FROM up ORDER BY depth
        """;

    private const string MembersSql =
        """
        SELECT u.id, u.user_name, u.given_name, u.family_name, CASE WHEN u.organization_id = $1 THEN 1 ELSE 0 END AS is_home
        FROM users u
        WHERE u.id IN (SELECT id FROM users WHERE organization_id = $1 UNION SELECT user_id FROM memberships WHERE organization_id = $1)
          AND u.id > $2
        ORDER BY u.id LIMIT $3
        """;

    private const string RolesOfMembersSql =
        """
        SELECT m.user_id, r.name FROM memberships m JOIN roles r ON r.id = m.role_id
        WHERE m.organization_id = $1 AND m.user_id >= $2 AND m.user_id <= $3 ORDER BY r.name
        """;

    private const string RolesSql = "SELECT name, permissions FROM roles ORDER BY name";

    /// <summary>What a permission looks like in <see cref="Reach"/>.</summary>
    public static string PatternOf(string permission) => $"% {permission} %";

    /// <summary>Organizations in the order of their ids.</summary>
    /// <param name="reach">Only those below the ones in which this user holds the permission; null for all.</param>
    /// <param name="parentId">Only those right below; null for all.</param>
    /// <param name="after">The id after which the list goes on; empty for its beginning.</param>
    /// <param name="search">Only those whose id or name begins so, whatever the case; null for all.</param>
    public Task<List<ListedOrganization>> ListAsync(
        (Guid UserId, string Permission)? reach, string? parentId, string after, int most, string? search,
        CancellationToken cancellationToken)
    {
        var (upper, typed) = search is null ? (null, null) : (BeginningOf(search.ToUpperInvariant()), BeginningOf(search));
        return reach is { } within
            ? database.Call(ListWithinSql).With(within.UserId).With(PatternOf(within.Permission)).With(after).With(parentId).With(most)
                .With(upper).With(typed).ListAsync(Read, cancellationToken)
            : database.Call(ListSql).With(after).With(parentId).With(most).With(upper).With(typed).ListAsync(Read, cancellationToken);
    }

    private static string BeginningOf(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%";

    /// <summary>One organization; null where there is none.</summary>
    public Task<ListedOrganization?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(id).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>An organization and those above it, itself first, also where it is disabled; empty where there is none.</summary>
    public Task<List<string>> FindPathAsync(string id, CancellationToken cancellationToken) =>
        database.Call(FindPathSql).With(id).ListAsync(static row => row.Text(), cancellationToken);

    /// <summary>Those who belong to an organization, in the order of their ids.</summary>
    /// <param name="after">All zeros for the beginning.</param>
    public async Task<IReadOnlyList<OrganizationMember>> ListMembersAsync(
        string id, Guid after, int most, CancellationToken cancellationToken)
    {
        var members = await database.Call(MembersSql).With(id).With(after).With(most).ListAsync(ReadMember, cancellationToken);
        if (members.Count == 0)
            return members;
        var roles = await database.Call(RolesOfMembersSql).With(id).With(members[0].UserId).With(members[^1].UserId).ListAsync(
            static row => (UserId: row.Guid("user_id"), Name: row.Text("name")), cancellationToken);
        var byUser = roles.ToLookup(role => role.UserId, role => role.Name);
        return [.. members.Select(member => member with { Roles = [.. byUser[member.UserId]] })];
    }

    /// <summary>Every role, by name.</summary>
    public Task<List<ListedRole>> ListRolesAsync(CancellationToken cancellationToken) =>
        database.Call(RolesSql).ListAsync(
            static row => new ListedRole(row.Text("name"), row.Text("permissions").Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            cancellationToken);

    private static ListedOrganization Read(Row row) => new(
        row.Text("id"), row.Text("name"), row.TextOrNull("parent_id"), row.TimeOrNull("disabled_at") is null, row.TextOrNull("source_file"),
        row.IntOrNull("source_line"));

    private static OrganizationMember ReadMember(Row row) => new(
        row.Guid("id"), row.Text("user_name"), row.TextOrNull("given_name"), row.TextOrNull("family_name"), row.Int("is_home") == 1, []);
}
