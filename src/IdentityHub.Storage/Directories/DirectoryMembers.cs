namespace IdentityHub.Storage.Directories;

/// <summary>Users who are held for a change of their memberships.</summary>
/// <param name="Seen">Those whom the directory sees.</param>
/// <param name="InFiles">Those of them whom the configuration files define.</param>
internal sealed record HeldMembers(IReadOnlySet<Guid> Seen, IReadOnlySet<Guid> InFiles);

/// <summary>Gives many users a role, and takes it from many: some statements for fifty of them, and not some for each.</summary>
internal static class DirectoryMembers
{
    private const int Size = 50;

    // In the order of their ids, as every transaction locks several users.
    private static readonly string HoldSql = $"SELECT id FROM users WHERE id IN ({Users(1)}) ORDER BY id";

    // The look follows the wait: an erasure that has come first leaves nothing to change.
    private static readonly string SeenSql =
        $"""
        {DirectoryUserStore.BelowSql}SELECT u.id FROM users u WHERE u.id IN ({Users(2)}) AND {DirectoryUserStore.IsSeenSql}
        AND NOT EXISTS (SELECT 1 FROM client_accounts a WHERE a.user_id = u.id AND a.deleted_at IS NOT NULL)
        """;

    private static readonly string InFilesSql =
        $"SELECT name FROM config_objects WHERE kind = 'users' AND source_file IS NOT NULL AND name IN ({Users(1)})";

    private static readonly string AddSql =
        $"""
        INSERT INTO memberships (organization_id, role_id, user_id) SELECT $1, $2, u.id FROM users u WHERE u.id IN ({Users(3)})
        ON CONFLICT (user_id, organization_id, role_id) DO NOTHING RETURNING user_id
        """;

    private static readonly string RemoveSql =
        $"DELETE FROM memberships WHERE organization_id = $1 AND role_id = $2 AND user_id IN ({Users(3)}) RETURNING user_id";

    /// <summary>Makes other changes of these users wait until the transaction ends, and looks at them then.</summary>
    public static async Task<HeldMembers> HoldAsync(
        SqlTransaction transaction, string organizationId, IEnumerable<Guid> users, CancellationToken cancellationToken)
    {
        var chunks = users.Distinct().Order().Chunk(Size).ToList();
        foreach (var chunk in chunks)
            await With(transaction.Call(HoldSql + transaction.LockRowsSql), chunk)
                .ListAsync(static row => row.Guid(), cancellationToken);
        var (seen, inFiles) = (new HashSet<Guid>(), new HashSet<Guid>());
        foreach (var chunk in chunks)
        {
            seen.UnionWith(await With(transaction.Call(SeenSql).With(organizationId), chunk)
                .ListAsync(static row => row.Guid(), cancellationToken));
            var names = transaction.Call(InFilesSql);
            for (var i = 0; i < Size; i++)
                names.With(i < chunk.Length ? chunk[i].ToString() : "");
            inFiles.UnionWith((await names.ListAsync(static row => row.Text(), cancellationToken)).Select(Guid.Parse));
        }

        inFiles.IntersectWith(seen);
        return new HeldMembers(seen, inFiles);
    }

    /// <summary>Gives users the role.</summary>
    /// <returns>Those who did not have it.</returns>
    public static Task<List<Guid>> AddAsync(
        SqlTransaction transaction, string organizationId, Guid roleId, IEnumerable<Guid> users, CancellationToken cancellationToken) =>
        RunAsync(transaction, AddSql, organizationId, roleId, users, cancellationToken);

    /// <summary>Takes the role from users.</summary>
    /// <returns>Those who had it.</returns>
    public static Task<List<Guid>> RemoveAsync(
        SqlTransaction transaction, string organizationId, Guid roleId, IEnumerable<Guid> users, CancellationToken cancellationToken) =>
        RunAsync(transaction, RemoveSql, organizationId, roleId, users, cancellationToken);

    private static async Task<List<Guid>> RunAsync(
        SqlTransaction transaction, string sql, string organizationId, Guid roleId, IEnumerable<Guid> users,
        CancellationToken cancellationToken)
    {
        var changed = new List<Guid>();
        foreach (var chunk in users.Order().Chunk(Size))
            changed.AddRange(await With(transaction.Call(sql).With(organizationId).With(roleId), chunk)
                .ListAsync(static row => row.Guid(), cancellationToken));
        return [.. changed.Order()];
    }

    // A list that is shorter is filled up with an id that no user has.
    private static string Users(int first) => string.Join(", ", Enumerable.Range(first, Size).Select(n => $"${n}"));

    private static Sql.SqlCall With(Sql.SqlCall call, Guid[] users)
    {
        for (var i = 0; i < Size; i++)
            call.With(i < users.Length ? users[i] : Guid.Empty);
        return call;
    }
}
