using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Directories;

/// <summary>By what a directory looks a user up: each with an index of its own.</summary>
public enum DirectoryKey
{
    /// <summary>The id of the user.</summary>
    Id,

    /// <summary>The user name, without regard to case.</summary>
    UserName,

    /// <summary>The e-mail address, without regard to case.</summary>
    Email,

    /// <summary>The phone number, E.164.</summary>
    PhoneNumber,

    /// <summary>The id that the directory has given.</summary>
    ExternalId,
}

/// <summary>
/// Reads the users of an organization and of those below it. Users with a role in the installation are left out: no directory reaches an
/// administrator.
/// </summary>
public sealed class DirectoryUserStore(HubDatabase database)
{
    /// <summary>The organization <c>$1</c> and those below it. Deeper trees are not followed.</summary>
    internal const string BelowSql =
        """
        WITH RECURSIVE below (id, depth) AS (
            SELECT o.id, 0 FROM organizations o WHERE o.id = $1
            UNION ALL
            SELECT o.id, below.depth + 1 FROM below JOIN organizations o ON o.parent_id = below.id WHERE below.depth < 64)

        """;

    /// <summary>True for a user <c>u</c> whom the directory sees.</summary>
    internal const string IsSeenSql =
        "u.organization_id IN (SELECT id FROM below) AND NOT EXISTS (SELECT 1 FROM user_roles h WHERE h.user_id = u.id)";

    private const string FromSql = "FROM users u LEFT JOIN directory_users d ON d.user_id = u.id AND d.organization_id = $1";

    private const string SelectSql = $"{BelowSql}SELECT {DirectoryEntry.Columns} {FromSql} WHERE {IsSeenSql} AND ";

    private const string FindByIdSql = SelectSql + "u.id = $2";
    private const string FindByUserNameSql = SelectSql + "u.normalized_user_name = $2";
    private const string FindByEmailSql = SelectSql + "u.normalized_email = $2";
    private const string FindByPhoneNumberSql = SelectSql + "u.phone_number = $2";
    private const string FindByExternalIdSql = SelectSql + "d.external_id = $2";

    // $2 says which: 0 all, 1 those who are enabled, 2 those who are not.
    private const string HasStateSql = "($2 = 0 OR ($2 = 1 AND u.disabled_at IS NULL) OR ($2 = 2 AND u.disabled_at IS NOT NULL))";

    private const string PageSql = $"{SelectSql}{HasStateSql} ORDER BY u.id LIMIT $3 OFFSET $4";
    private const string CountSql = $"{BelowSql}SELECT COUNT(*) AS users FROM users u WHERE {IsSeenSql} AND {HasStateSql}";

    private const string GroupsOfUserSql =
        """
        SELECT m.user_id, m.role_id, r.name FROM memberships m JOIN roles r ON r.id = m.role_id
        WHERE m.organization_id = $1 AND m.user_id = $2 ORDER BY r.name
        """;

    private const string GroupsOfPageSql =
        $"""
        {BelowSql}, page AS (SELECT u.id FROM users u WHERE {IsSeenSql} AND {HasStateSql} ORDER BY u.id LIMIT $3 OFFSET $4)
        SELECT m.user_id, m.role_id, r.name FROM page JOIN memberships m ON m.user_id = page.id JOIN roles r ON r.id = m.role_id
        WHERE m.organization_id = $1 ORDER BY r.name
        """;

    private const string AllowedSql =
        "SELECT DISTINCT r.permissions FROM memberships m JOIN roles r ON r.id = m.role_id WHERE m.user_id = $1 AND r.permissions <> ''";

    /// <summary>The user; null where there is none, or the directory does not see them.</summary>
    /// <param name="organizationId">Whose directory asks.</param>
    /// <param name="value">As it was sent.</param>
    public async Task<DirectoryEntry?> FindAsync(
        string organizationId, DirectoryKey key, string value, CancellationToken cancellationToken)
    {
        var call = key switch
        {
            DirectoryKey.UserName =>
                database.Call(FindByUserNameSql).With(organizationId).With(NameNormalizer.Normalize(value)),
            DirectoryKey.Email => database.Call(FindByEmailSql).With(organizationId).With(NameNormalizer.Normalize(value)),
            DirectoryKey.PhoneNumber => database.Call(FindByPhoneNumberSql).With(organizationId).With(PhoneNumber.Normalize(value)),
            DirectoryKey.ExternalId => database.Call(FindByExternalIdSql).With(organizationId).With(Storable(value)),
            _ => database.Call(FindByIdSql).With(organizationId).With(IdOf(value)),
        };
        if (await call.FirstOrNullAsync(DirectoryEntry.Read, cancellationToken) is not { } entry)
            return null;
        var groups = await GroupsAsync(database.Call(GroupsOfUserSql).With(organizationId).With(entry.Id), cancellationToken);
        return entry with { Groups = groups };
    }

    /// <summary>Users in the order of their ids.</summary>
    /// <param name="isActive">Null: all.</param>
    /// <param name="skip">How many come before.</param>
    public async Task<IReadOnlyList<DirectoryEntry>> PageAsync(
        string organizationId, bool? isActive, int take, int skip, CancellationToken cancellationToken)
    {
        var entries = await database.Call(PageSql).With(organizationId).With(StateOf(isActive)).With(take).With(skip)
            .ListAsync(DirectoryEntry.Read, cancellationToken);
        var groups = await GroupsAsync(
            database.Call(GroupsOfPageSql).With(organizationId).With(StateOf(isActive)).With(take).With(skip), cancellationToken);
        var byUser = groups.ToLookup(group => group.UserId);
        return [.. entries.Select(entry => entry with { Groups = [.. byUser[entry.Id]] })];
    }

    /// <summary>How many users the directory sees.</summary>
    /// <param name="isActive">Null: all.</param>
    public async Task<int> CountAsync(string organizationId, bool? isActive, CancellationToken cancellationToken)
    {
        var counted = await database.Call(CountSql).With(organizationId).With(StateOf(isActive))
            .ListAsync(static row => (int)row.Long("users"), cancellationToken);
        return counted[0];
    }

    /// <summary>True for a user whom the configuration files define: only they change them.</summary>
    public async Task<bool> IsInFilesAsync(Guid userId, CancellationToken cancellationToken) =>
        await AdministeredUser.FindPlaceAsync(database.Call, userId, cancellationToken) is not null;

    /// <summary>The user, locked until the transaction ends.</summary>
    internal static async Task<DirectoryEntry?> HoldAsync(
        SqlTransaction transaction, string organizationId, Guid userId, CancellationToken cancellationToken)
    {
        if (!await Sessions.SessionStore.TryHoldUserAsync(transaction, userId, cancellationToken))
            return null;
        var entry = await transaction.Call(FindByIdSql).With(organizationId).With(userId)
            .FirstOrNullAsync(DirectoryEntry.Read, cancellationToken);
        return entry is null
            ? null
            : entry with
            {
                Groups = await GroupsAsync(transaction.Call(GroupsOfUserSql).With(organizationId).With(userId), cancellationToken),
                Allowed = await AllowedAsync(transaction, userId, cancellationToken),
            };
    }

    private static async Task<IReadOnlyList<DirectoryMembership>> GroupsAsync(Sql.SqlCall call, CancellationToken cancellationToken) =>
        await call.ListAsync(
            static row => new DirectoryMembership(row.Guid("user_id"), row.Guid("role_id"), row.Text("name")), cancellationToken);

    private static async Task<IReadOnlyList<string>> AllowedAsync(
        SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        var roles = await transaction.Call(AllowedSql).With(userId).ListAsync(static row => row.Text("permissions"), cancellationToken);
        return [.. roles.SelectMany(allowed => allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()];
    }

    // No row has it: PostgreSQL stores no NUL.
    private static string Storable(string value) => value.Contains('\0', StringComparison.Ordinal) ? "" : value;

    private static Guid IdOf(string value) => Guid.TryParseExact(value, "D", out var id) ? id : Guid.Empty;

    private static int StateOf(bool? isActive) => isActive switch
    {
        null => 0,
        true => 1,
        false => 2,
    };
}
