namespace IdentityHub.Storage.Users;

/// <summary>Keeps one enabled administrator of the installation, whatever is done at once.</summary>
public static class LastAdministrator
{
    private const string AdministratorsSql =
        """
        SELECT u.id FROM users u JOIN user_roles h ON h.user_id = u.id JOIN roles r ON r.id = h.role_id
        WHERE r.normalized_name = $1 AND u.disabled_at IS NULL
        """;

    /// <summary>
    /// True where no other enabled user holds the role. Of two administrators who leave at once, the second finds the first gone: others
    /// who ask wait until the transaction ends.
    /// </summary>
    /// <param name="role">Name of the role of administrators.</param>
    public static async Task<bool> IsAsync(
        SqlTransaction transaction, Guid userId, string role, CancellationToken cancellationToken)
    {
        if (!(await AdministratorsAsync()).Contains(userId))
            return false;
        if (transaction.Database.TakeLockSql is { } lockSql)
            await transaction.Call(lockSql).With("identityhub:administrators").ExecuteAsync(cancellationToken);
        return (await AdministratorsAsync()).TrueForAll(id => id == userId);

        Task<List<Guid>> AdministratorsAsync() =>
            transaction.Call(AdministratorsSql).With(NameNormalizer.Normalize(role)).ListAsync(static row => row.Guid(), cancellationToken);
    }
}
