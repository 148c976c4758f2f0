namespace IdentityHub.Storage.Organizations;

/// <summary>A role as it is stored.</summary>
public sealed record StoredRole(Guid Id, string Name, IReadOnlyList<string> Permissions);

/// <summary>A role that a user holds.</summary>
/// <param name="OrganizationId">Null for a role of the installation.</param>
public sealed record UserRole(string Name, string? OrganizationId, IReadOnlyList<string> Permissions);

/// <summary>Gives roles to users and takes them away.</summary>
public sealed class UserRoleStore(HubDatabase database)
{
    private const string ListSql =
        """
        SELECT r.name, m.organization_id, r.permissions FROM memberships m JOIN roles r ON r.id = m.role_id WHERE m.user_id = $1
        UNION ALL
        SELECT r.name, NULL, r.permissions FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1
        """;

    private const string RolesSql = "SELECT id, name, permissions FROM roles ORDER BY name";

    private const string FindRoleSql = "SELECT id, name, permissions FROM roles WHERE name = $1";

    private const string GiveSql =
        "INSERT INTO memberships (user_id, organization_id, role_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    private const string GiveEverywhereSql = "INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    private const string TakeSql =
        """
        DELETE FROM memberships
        WHERE user_id = $1 AND organization_id = $2 AND role_id IN (SELECT id FROM roles WHERE name = $3)
        """;

    private const string TakeEverywhereSql =
        "DELETE FROM user_roles WHERE user_id = $1 AND role_id IN (SELECT id FROM roles WHERE name = $2)";

    /// <summary>The roles of a user: those of the installation, then by organization; in the order of their names.</summary>
    public async Task<IReadOnlyList<UserRole>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        var roles = await database.Call(ListSql).With(userId).ListAsync(
            static row => new UserRole(row.Text("name"), row.TextOrNull("organization_id"), PermissionsOf(row.Text("permissions"))),
            cancellationToken);
        return
        [
            .. roles.OrderBy(role => role.OrganizationId, StringComparer.Ordinal).ThenBy(role => role.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The role of this name; null where there is none.</summary>
    public Task<StoredRole?> FindRoleAsync(string name, CancellationToken cancellationToken) =>
        database.Call(FindRoleSql).With(name).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Every role.</summary>
    internal static Task<List<StoredRole>> FindRolesAsync(SqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Call(RolesSql).ListAsync(Read, cancellationToken);

    /// <summary>Gives a role.</summary>
    /// <param name="organizationId">Null: in the installation.</param>
    /// <returns>False when the user held it already.</returns>
    public static async Task<bool> TryGiveAsync(
        SqlTransaction transaction, Guid userId, Guid roleId, string? organizationId, CancellationToken cancellationToken) =>
        await (organizationId is null
            ? transaction.Call(GiveEverywhereSql).With(userId).With(roleId)
            : transaction.Call(GiveSql).With(userId).With(organizationId).With(roleId)).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Takes a role away.</summary>
    /// <param name="organizationId">Null: in the installation.</param>
    /// <returns>False when the user did not hold it.</returns>
    public static async Task<bool> TryTakeAsync(
        SqlTransaction transaction, Guid userId, string role, string? organizationId, CancellationToken cancellationToken) =>
        await (organizationId is null
            ? transaction.Call(TakeEverywhereSql).With(userId).With(role)
            : transaction.Call(TakeSql).With(userId).With(organizationId).With(role)).ExecuteAsync(cancellationToken) == 1;

    private static StoredRole Read(Sql.Row row) => new(row.Guid("id"), row.Text("name"), PermissionsOf(row.Text("permissions")));

    private static string[] PermissionsOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
