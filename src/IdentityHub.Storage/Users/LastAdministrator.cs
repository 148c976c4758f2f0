namespace IdentityHub.Storage.Users;

/// <summary>Keeps one administrator of the installation who is let in, whatever is done at once.</summary>
public static class LastAdministrator
{
    private const string HoldersSql =
        "SELECT h.user_id FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE r.normalized_name = $1 LIMIT 1";

    private const string AdministratorsSql =
        $"""
        SELECT u.id, CASE WHEN {AccountStatus.IsAdmittedSql} THEN 1 ELSE 0 END AS is_admitted
        FROM users u JOIN user_roles h ON h.user_id = u.id JOIN roles r ON r.id = h.role_id
             LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE r.normalized_name = $2 AND u.disabled_at IS NULL
        """;

    /// <summary>True where any user holds the role, whether they are let in or not.</summary>
    /// <param name="role">Name of the role of administrators.</param>
    public static async Task<bool> ExistsAsync(SqlTransaction transaction, string role, CancellationToken cancellationToken) =>
        await transaction.Call(HoldersSql).With(NameNormalizer.Normalize(role)).ListAsync(
            static row => row.Guid("user_id"), cancellationToken) is [_, ..];

    /// <summary>
    /// True where the user holds the role, and no other holder is let in: one who is blocked, or whose organization is disabled, does not
    /// count. Of two administrators who leave at once, the second finds the first gone: others who ask wait until the transaction ends.
    /// </summary>
    /// <param name="role">Name of the role of administrators.</param>
    public static async Task<bool> IsAsync(
        SqlTransaction transaction, Guid userId, string role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(await AdministratorsAsync()).Exists(one => one.Id == userId))
            return false;
        if (transaction.Database.TakeLockSql is { } lockSql)
            await transaction.Call(lockSql).With("identityhub:administrators").ExecuteAsync(cancellationToken);
        return (await AdministratorsAsync()).TrueForAll(one => one.Id == userId || !one.IsAdmitted);

        Task<List<(Guid Id, bool IsAdmitted)>> AdministratorsAsync() =>
            transaction.Call(AdministratorsSql).With(now).With(NameNormalizer.Normalize(role)).ListAsync(
                static row => (row.Guid("id"), row.Int("is_admitted") == 1), cancellationToken);
    }
}
