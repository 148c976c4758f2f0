namespace IdentityHub.Storage.Users;

/// <summary>What a service user is allowed, and where it belongs.</summary>
/// <param name="Roles">Roles held in the installation, in order.</param>
/// <param name="HomeRegion">Null: that of the installation.</param>
public sealed record ServiceUser(IReadOnlyList<string> Roles, string? HomeRegion);

/// <summary>Looks up what a user may do in the installation, rather than in an organization.</summary>
public sealed class ServiceUserStore(HubDatabase database)
{
    private const string FindSql =
        """
        SELECT u.home_region, r.name FROM users u
        LEFT JOIN user_roles h ON h.user_id = u.id
        LEFT JOIN roles r ON r.id = h.role_id
        WHERE u.id = $1 ORDER BY r.name
        """;

    /// <summary>The user's roles and region; no roles when there is no such user. One statement.</summary>
    public async Task<ServiceUser> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        var rows = await database.Call(FindSql).With(userId).ListAsync(static row => (Region: row.TextOrNull(0), Role: row.TextOrNull(1)), cancellationToken);
        return new ServiceUser([.. rows.Select(row => row.Role).OfType<string>()], rows.Count == 0 ? null : rows[0].Region);
    }
}
