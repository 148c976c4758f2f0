using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.Directories;

/// <summary>A role as a group of a directory.</summary>
/// <param name="Permissions">What the role allows, separated by blanks.</param>
/// <param name="AdoptedAt">When the directory has taken the role as one of its groups; null where it has not.</param>
public sealed record DirectoryRole(Guid Id, string Name, string Permissions, string? ExternalId, DateTimeOffset? AdoptedAt);

/// <summary>A user who has a role in the organization of a directory.</summary>
public sealed record DirectoryMember(Guid RoleId, Guid UserId, string UserName);

/// <summary>The roles of an organization as the groups of its directory, and who has them.</summary>
public sealed class DirectoryGroupStore(HubDatabase database)
{
    /// <summary>How many members are read of the groups of one answer.</summary>
    public const int MaxMembers = 10_000;

    /// <summary>How many users get or lose a role by one change: each of them is locked until it commits.</summary>
    public const int MaxChanged = 1_000;

    // In one organization, on one node.
    private const int MostWaiting = 100;

    // The built-in roles are held in the installation, never in an organization.
    private static readonly string RolesSql =
        $"""
        SELECT r.id, r.name, r.permissions, g.external_id, g.created_at AS adopted_at
        FROM roles r LEFT JOIN directory_groups g ON g.role_id = r.id AND g.organization_id = $1
        WHERE r.name NOT IN ({string.Join(", ", BuiltInRoles.All.Select(name => $"'{name}'"))}) ORDER BY r.name
        """;

    private const string MembersSql =
        $"""
        {DirectoryUserStore.BelowSql}SELECT m.role_id, u.id AS user_id, u.user_name FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.organization_id = $1 AND {DirectoryUserStore.IsSeenSql}
        """;

    private const string MembersOfRoleSql = MembersSql + " AND m.role_id = $2 ORDER BY u.id LIMIT $3";
    private const string GroupsOfMemberSql = MembersSql + " AND m.user_id = $2";

    private const string AdoptSql =
        "INSERT INTO directory_groups (organization_id, role_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (organization_id, role_id) "
            + "DO NOTHING";

    private const string SetExternalIdSql = "UPDATE directory_groups SET external_id = $3 WHERE organization_id = $1 AND role_id = $2";

    private const string DropSql = "DELETE FROM directory_groups WHERE organization_id = $1 AND role_id = $2";


    /// <summary>The roles that can be held in an organization.</summary>
    public Task<List<DirectoryRole>> ListAsync(string organizationId, CancellationToken cancellationToken) =>
        database.Call(RolesSql).With(organizationId).ListAsync(ReadRole, cancellationToken);

    /// <summary>Members of one group; more than <see cref="MaxMembers"/> are cut to one more than that.</summary>
    public Task<List<DirectoryMember>> MembersAsync(string organizationId, Guid roleId, CancellationToken cancellationToken) =>
        database.Call(MembersOfRoleSql).With(organizationId).With(roleId).With(MaxMembers + 1).ListAsync(ReadMember, cancellationToken);

    /// <summary>The groups that a user is a member of.</summary>
    public Task<List<DirectoryMember>> MembershipsAsync(string organizationId, Guid userId, CancellationToken cancellationToken) =>
        database.Call(GroupsOfMemberSql).With(organizationId).With(userId).ListAsync(ReadMember, cancellationToken);

    /// <summary>
    /// Changes a group. No other directory call, on any node, changes it meanwhile: <paramref name="decide"/> sees it as it is.
    /// </summary>
    /// <param name="readsMembers">True where <paramref name="decide"/> gets all members, and not none.</param>
    /// <param name="decide">The role, and its members: what becomes of it, or the refusal.</param>
    /// <param name="onChanged">Done in the same transaction: the audit rows of users who have got or lost the role.</param>
    public async Task<Outcome<DirectoryRole>> ChangeAsync(
        string organizationId, Guid roleId, bool readsMembers,
        Func<DirectoryRole?, IReadOnlyList<DirectoryMember>, Outcome<GroupWish>> decide, GroupRefusals refusals, DateTimeOffset now,
        Func<SqlTransaction, IReadOnlyList<Guid>, IReadOnlyList<Guid>, Task> onChanged, CancellationToken cancellationToken)
    {
        // One call of an organization at a time takes a connection: the others would wait for the lock with one each.
        var queue = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"directory-groups\0{organizationId}")).AsSpan(0, 16));
        using var turn = await database.TryTakeTurnAsync(queue, MostWaiting, cancellationToken);
        if (turn is null)
            return refusals.Busy;
        try
        {
            return await database.RunAsync(
                transaction => ChangeAsync(
                    transaction, organizationId, roleId, readsMembers, decide, refusals, now, onChanged, cancellationToken),
                cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return refusals.Taken;
        }
    }

    private static async Task<Outcome<DirectoryRole>> ChangeAsync(
        SqlTransaction transaction, string organizationId, Guid roleId, bool readsMembers,
        Func<DirectoryRole?, IReadOnlyList<DirectoryMember>, Outcome<GroupWish>> decide, GroupRefusals refusals, DateTimeOffset now,
        Func<SqlTransaction, IReadOnlyList<Guid>, IReadOnlyList<Guid>, Task> onChanged, CancellationToken cancellationToken)
    {
        if (transaction.Database.TakeLockSql is { } lockSql)
            await transaction.Call(lockSql).With($"identityhub:directory-group:{organizationId}:{roleId}").ExecuteAsync(cancellationToken);
        var role = (await transaction.Call(RolesSql).With(organizationId).ListAsync(ReadRole, cancellationToken))
            .Find(known => known.Id == roleId);
        var members = readsMembers
            ? await transaction.Call(MembersOfRoleSql).With(organizationId).With(roleId).With(MaxMembers + 1)
                .ListAsync(ReadMember, cancellationToken)
            : [];
        var decided = decide(role, members);
        if (!decided.Succeeded)
            return decided.Error;
        var wish = decided.Value;

        if (wish.Adds.Count + wish.Removes.Count > MaxChanged)
            return refusals.TooMany;

        // All users before the first row of one: the order of locks.
        var held = await DirectoryMembers.HoldAsync(transaction, organizationId, [.. wish.Adds, .. wish.Removes], cancellationToken);
        if (wish.Adds.FirstOrDefault(user => !held.Seen.Contains(user)) is var unknown && unknown != Guid.Empty)
            return refusals.UnknownMember(unknown);
        if (held.InFiles.Count > 0)
            return refusals.InFiles;
        var removed = await DirectoryMembers.RemoveAsync(
            transaction, organizationId, roleId, [.. wish.Removes.Where(held.Seen.Contains)], cancellationToken);
        var added = await DirectoryMembers.AddAsync(transaction, organizationId, roleId, wish.Adds, cancellationToken);
        await SaveAsync(transaction, organizationId, roleId, wish, now, cancellationToken);
        await onChanged(transaction, added, removed);
        await transaction.CommitAsync(cancellationToken);
        return role! with { ExternalId = wish.ExternalId, AdoptedAt = wish.IsDropped ? null : role.AdoptedAt ?? now };
    }

    private static async Task SaveAsync(
        SqlTransaction transaction, string organizationId, Guid roleId, GroupWish wish, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (wish.IsDropped)
        {
            await transaction.Call(DropSql).With(organizationId).With(roleId).ExecuteAsync(cancellationToken);
            return;
        }

        await transaction.Call(AdoptSql).With(organizationId).With(roleId).With(now).ExecuteAsync(cancellationToken);
        await transaction.Call(SetExternalIdSql).With(organizationId).With(roleId).With(wish.ExternalId).ExecuteAsync(cancellationToken);
    }

    private static DirectoryRole ReadRole(Sql.Row row) => new(
        row.Guid("id"), row.Text("name"), row.Text("permissions"), row.TextOrNull("external_id"), row.TimeOrNull("adopted_at"));

    private static DirectoryMember ReadMember(Sql.Row row) => new(row.Guid("role_id"), row.Guid("user_id"), row.Text("user_name"));
}

/// <summary>The refusals of what only the database knows.</summary>
/// <param name="UnknownMember">Of a member whom the directory does not see.</param>
/// <param name="Taken">Of an external id that another group has.</param>
/// <param name="InFiles">Of a member whose roles the configuration files say.</param>
/// <param name="TooMany">Of a change with more users than <see cref="DirectoryGroupStore.MaxChanged"/>.</param>
public sealed record GroupRefusals(Func<Guid, Refusal> UnknownMember, Refusal Taken, Refusal InFiles, Refusal TooMany, Refusal Busy);

/// <summary>What a group is to be.</summary>
/// <param name="Adds">Users who are to have the role.</param>
/// <param name="Removes">Users who are to lose it; none of <paramref name="Adds"/>.</param>
/// <param name="IsDropped">True: the directory has the group no more.</param>
public sealed record GroupWish(string? ExternalId, IReadOnlyList<Guid> Adds, IReadOnlyList<Guid> Removes, bool IsDropped);
