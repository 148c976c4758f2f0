namespace IdentityHub.Storage.Users;

/// <summary>What a service user is allowed, and where it belongs.</summary>
/// <param name="UserName">Null when there is no such user.</param>
/// <param name="Roles">Roles held in the installation, in order.</param>
/// <param name="HomeRegion">Null: that of the installation.</param>
public sealed record ServiceUser(string? UserName, IReadOnlyList<string> Roles, string? HomeRegion);

/// <summary>A user who holds a role in the installation.</summary>
public sealed record RoleHolder(string UserName, string? Email)
{
    /// <summary>Shows nothing: the address is the user's.</summary>
    public override string ToString() => nameof(RoleHolder);
}

/// <summary>Looks up what a user may do in the installation, rather than in an organization.</summary>
public sealed class ServiceUserStore(HubDatabase database)
{
    private const string FindSql =
        """
        SELECT u.user_name, u.home_region, r.name AS role FROM users u
        LEFT JOIN user_roles h ON h.user_id = u.id
        LEFT JOIN roles r ON r.id = h.role_id
        WHERE u.id = $1 ORDER BY r.name
        """;

    private const string ListHoldersSql =
        """
        SELECT u.user_name, u.email FROM users u
        JOIN user_roles h ON h.user_id = u.id
        JOIN roles r ON r.id = h.role_id
        WHERE r.normalized_name = $1 AND u.disabled_at IS NULL ORDER BY u.user_name
        """;

    /// <summary>The user's roles and region; no roles when there is no such user. One statement.</summary>
    public async Task<ServiceUser> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        var rows = await database
            .Call(FindSql)
            .With(userId)
            .ListAsync(
                static row => (Name: row.Text("user_name"), Region: row.TextOrNull("home_region"), Role: row.TextOrNull("role")),
                cancellationToken);
        var roles = rows.Select(row => row.Role).OfType<string>().ToList();
        return rows.Count == 0 ? new ServiceUser(null, roles, null) : new ServiceUser(rows[0].Name, roles, rows[0].Region);
    }

    /// <summary>Those who hold the role in the installation and are not disabled.</summary>
    public Task<List<RoleHolder>> ListHoldersAsync(string role, CancellationToken cancellationToken) =>
        database.Call(ListHoldersSql).With(NameNormalizer.Normalize(role)).ListAsync(
            static row => new RoleHolder(row.Text("user_name"), row.TextOrNull("email")), cancellationToken);
}
